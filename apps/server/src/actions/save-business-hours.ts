import { isDeepStrictEqual } from "node:util";
import type { BusinessHours } from "@punctual/contract";
import { nextChangeAfter } from "@punctual/session";
import type { Tx } from "../platform/database.ts";
import { writeAccountEvent } from "../store/account-events.ts";
import { lockAccount } from "../store/account-locks.ts";
import { type Authored, writeAudit } from "../store/audit-log.ts";
import {
  deleteBusinessHours,
  readBusinessHours,
  writeBusinessHours,
} from "../store/business-hours.ts";
import { readNow } from "../store/now.ts";
import { authorizeAuthor } from "./authorize-author.ts";
import type { Deps } from "./deps.ts";

/**
 * Saves when the business is open; `null`: always. Sessions in line are offered again: another rule may
 * decide for them now.
 */
export async function saveBusinessHours(
  { db, signals }: Pick<Deps, "db" | "signals">,
  { accountId, by }: Authored,
  hours: BusinessHours | null,
): Promise<void> {
  await db.transaction(async (tx) => {
    await authorizeAuthor(tx, { accountId, by }, "changeSettings");
    await changeBusinessHours(tx, { accountId, by }, hours);
  });
  signals.events();
  signals.line(accountId);
}

/** Writes them if they differ, with the event and the entry of the audit log. Gives whether they did. */
export async function changeBusinessHours(
  tx: Tx,
  { accountId, by }: Authored,
  hours: BusinessHours | null,
): Promise<boolean> {
  lockAccount(tx, "hours", accountId);
  const before = await readBusinessHours(tx, accountId);
  if (isDeepStrictEqual(before, hours)) return false;
  if (hours === null) deleteBusinessHours(tx, accountId);
  else writeBusinessHours(tx, accountId, hours, nextChangeAfter(hours, await readNow(tx)));
  const of = { accountId, by, subjectId: null };
  writeAudit(tx, { ...of, act: "businessHours.saved", before, after: hours });
  writeAccountEvent(tx, accountId, { type: "businessHours.updated", payload: {} });
  return true;
}
