import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { insertAccount } from "../store/accounts.ts";
import { type Author, writeAudit } from "../store/audit-log.ts";
import { insertSettingsVersion } from "../store/clock-settings.ts";
import type { Deps } from "./deps.ts";

/** Creates a business, with every rule of the clock switched off (clock.md §2, "Defaults"). */
export async function createAccount(
  deps: Pick<Deps, "db">,
  { name, by }: { readonly name: string; readonly by: Author },
): Promise<{ accountId: string }> {
  const accountId = await deps.db.transaction((tx) => writeAccount(tx, name, by));
  return { accountId };
}

/** As above, in a transaction that does more. Gives the account's id. */
export async function writeAccount(tx: Tx, name: string, by: Author): Promise<string> {
  const id = newId();
  insertAccount(tx, { id, name });
  await insertSettingsVersion(tx, {
    accountId: id,
    scopeId: id,
    settings: DEFAULT_CLOCK_SETTINGS,
    applyTo: "all",
    savedBy: null,
  });
  const of = { accountId: id, by, subjectId: null };
  writeAudit(tx, { ...of, act: "business.created", before: null, after: { name } });
  return id;
}
