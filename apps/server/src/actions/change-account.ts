import type { Account } from "@punctual/contract";
import { writeAccountEvent } from "../store/account-events.ts";
import { loadAccountForUpdate, writeAccountName } from "../store/accounts.ts";
import { type Authored, writeAudit } from "../store/audit-log.ts";
import { presentAccount } from "../views/account.ts";
import { authorizeAuthor } from "./authorize-author.ts";
import type { Deps } from "./deps.ts";

/** Gives the business another name, which end-of-session messages use from then on. */
export async function renameAccount(
  { db, signals }: Pick<Deps, "db" | "signals">,
  { accountId, by }: Authored,
  name: string,
): Promise<Account> {
  const account = await db.transaction(async (tx) => {
    const row = await loadAccountForUpdate(tx, accountId);
    await authorizeAuthor(tx, { accountId, by }, "changeSettings");
    writeAccountName(tx, accountId, name);
    const [before, after] = [{ name: row.name }, { name }];
    writeAudit(tx, { accountId, by, act: "business.changed", subjectId: null, before, after });
    writeAccountEvent(tx, accountId, { type: "account.updated", payload: { name } });
    return presentAccount({ ...row, name });
  });
  signals.events();
  return account;
}
