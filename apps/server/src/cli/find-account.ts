import { PunctualError } from "@punctual/contract";
import type { Command } from "commander";
import type { Queryable } from "../platform/database.ts";
import { type AccountRow, readAccounts } from "../store/read-accounts.ts";

export interface AccountOption {
  readonly account?: string;
}

export function addAccountOption(command: Command): Command {
  return command.option("--account <id or name>", "which business, where there are several");
}

/** The business that is meant: the only one, or the one named. */
export async function findAccount(
  read: Queryable,
  { account }: AccountOption,
): Promise<AccountRow> {
  const all = await readAccounts(read);
  const matching =
    account === undefined ? all : all.filter(({ id, name }) => account === id || account === name);
  const [first, second] = matching;
  if (first !== undefined && second === undefined) return first;
  throw new PunctualError("not_found", whyNot(all, matching.length));
}

function whyNot(all: readonly AccountRow[], matching: number): string {
  if (all.length === 0) {
    return 'There is no business yet. Create one: punctual account create --name "My shop"';
  }
  const names = all.map(({ id, name }) => `  ${id}  ${name}`).join("\n");
  const problem = matching === 0 ? "There is no such business." : "There are several businesses.";
  return `${problem} Choose one with --account:\n${names}`;
}
