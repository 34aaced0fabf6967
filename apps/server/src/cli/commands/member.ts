import { type Command, Option } from "commander";
import { addMember } from "../../actions/add-member.ts";
import { createToken } from "../../actions/create-token.ts";
import { linkUrl } from "../../actions/password-link.ts";
import { COMMAND_LINE } from "../../store/audit-log.ts";
import { readMembers } from "../../store/members.ts";
import { presentMember } from "../../views/member.ts";
import { answerWith, textTable } from "../answer.ts";
import { type AccountOption, addAccountOption, findAccount } from "../find-account.ts";
import { findMember } from "../find-member.ts";
import { parseEmail, parseName } from "../parse-options.ts";
import { withServer } from "../with-server.ts";
import { addLoginCommands } from "./member-login.ts";

type Role = "agent" | "supervisor" | "admin";

/** `punctual member …`: the people of a business. */
export function addMemberCommands(program: Command): void {
  const member = program.command("member").description("The people of a business");
  addAdd(member);
  addToken(member);
  addList(member);
  addLoginCommands(member);
}

interface AddOptions extends AccountOption {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
}

function addAdd(member: Command): void {
  const add = addAccountOption(member.command("add"))
    .description("Add a member and print the link by which they choose a password")
    .requiredOption("--email <email>", "unique on this server", parseEmail)
    .requiredOption("--name <name>", "as colleagues see it", parseName)
    .addOption(
      new Option("--role <role>", "what they may do")
        .choices(["agent", "supervisor", "admin"])
        .default("agent"),
    );
  answerWith<AddOptions>(add, async (options) =>
    withServer(async ({ deps, config }) => {
      const { email, name, role } = options;
      const { id: accountId } = await findAccount(deps.db, options);
      const added = await addMember(deps, { accountId, by: COMMAND_LINE, email, name, role });
      const { token, expiresAt } = added.invitation;
      const url = linkUrl(config.publicUrl, "invitation", token);
      const expires = new Date(expiresAt).toISOString();
      return {
        data: { id: added.memberId, email, name, role, invitation: { url, expiresAt: expires } },
        text: `Added ${name}: ${added.memberId}\nThey choose a password at ${url} (until ${expires}).`,
      };
    }),
  );
}

function addToken(member: Command): void {
  const token = member
    .command("token")
    .description("Print a new API token that acts as the member. It is shown only once.")
    .requiredOption("--email <email>", "whose token", parseEmail)
    .option("--name <name>", "what it is for", parseName, "command line");
  answerWith<{ email: string; name: string }>(token, async ({ email, name }) =>
    withServer(async ({ deps }) => {
      const found = await findMember(deps.db, email);
      const of = {
        ...{ accountId: found.account_id, by: COMMAND_LINE },
        ...{ memberId: found.id, name },
      };
      const { token: stored, secret } = await createToken(deps, of);
      return { data: { id: stored.id, memberId: found.id, name, token: secret }, text: secret };
    }),
  );
}

function addList(member: Command): void {
  const list = addAccountOption(member.command("list")).description("List the members");
  answerWith<AccountOption>(list, async (options) =>
    withServer(async ({ deps }) => {
      const account = await findAccount(deps.db, options);
      const members = (await readMembers(deps.db, account.id)).map(presentMember);
      const rows = members.map(({ id, name, email, role, status, online, openSessions }) => [
        ...[id, name, email, role, online ? "online" : status],
        openSessions,
      ]);
      const titles = ["id", "name", "e-mail", "role", "status", "open sessions"];
      return { data: { members }, text: textTable(titles, rows, "There is none yet.") };
    }),
  );
}
