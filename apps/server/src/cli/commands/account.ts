import type { Command } from "commander";
import { createAccount } from "../../actions/create-account.ts";
import { COMMAND_LINE } from "../../store/audit-log.ts";
import { readAccounts } from "../../store/read-accounts.ts";
import { answerWith, textTable } from "../answer.ts";
import { parseName } from "../parse-options.ts";
import { withServer } from "../with-server.ts";

/** `punctual account …`: the businesses on this server. */
export function addAccountCommands(program: Command): void {
  const account = program.command("account").description("Businesses on this server");

  const create = account
    .command("create")
    .description("Create a business, with every rule of the clock switched off")
    .requiredOption("--name <name>", "the business's name", parseName);
  answerWith<{ name: string }>(create, async ({ name }) => {
    const { accountId } = await withServer(({ deps }) =>
      createAccount(deps, { name, by: COMMAND_LINE }),
    );
    return { data: { id: accountId, name }, text: `Created ${name}: ${accountId}` };
  });

  const list = account.command("list").description("List the businesses");
  answerWith(list, async () => {
    const accounts = await withServer(({ deps }) => readAccounts(deps.db));
    const rows = accounts.map(({ id, name }) => [id, name]);
    return { data: { accounts }, text: textTable(["id", "name"], rows, "There is none yet.") };
  });
}
