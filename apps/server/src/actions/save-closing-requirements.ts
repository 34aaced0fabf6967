import { isDeepStrictEqual } from "node:util";
import type { ClosingRequirements } from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import { writeAccountEvent } from "../store/account-events.ts";
import { type Authored, writeAudit } from "../store/audit-log.ts";
import {
  lockClosingRequirements,
  writeClosingRequirements,
} from "../store/closing-requirements.ts";
import { authorizeAuthor } from "./authorize-author.ts";
import type { Deps } from "./deps.ts";

/** Saves what people must leave behind to close a session, from the next close on. */
export async function saveClosingRequirements(
  { db, signals }: Deps,
  { accountId, by }: Authored,
  after: ClosingRequirements,
): Promise<void> {
  await db.transaction(async (tx) => {
    await authorizeAuthor(tx, { accountId, by }, "changeSettings");
    await changeClosingRequirements(tx, { accountId, by }, after);
  });
  signals.events();
}

/** Writes them if they differ, with the event and the entry of the audit log. Gives whether they did. */
export async function changeClosingRequirements(
  tx: Tx,
  { accountId, by }: Authored,
  after: ClosingRequirements,
): Promise<boolean> {
  const before = await lockClosingRequirements(tx, accountId);
  if (isDeepStrictEqual({ ...before }, after)) return false;
  writeClosingRequirements(tx, accountId, after);
  const act = "closingRequirements.saved";
  writeAudit(tx, { accountId, by, act, subjectId: null, before, after });
  writeAccountEvent(tx, accountId, { type: "closingRequirements.updated", payload: { ...after } });
  return true;
}
