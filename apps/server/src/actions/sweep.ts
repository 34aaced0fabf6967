import { deleteOldEvents } from "../store/event-log.ts";
import { deleteOldNotifications } from "../store/mark-notifications.ts";
import { sweepOldRows } from "../store/sweep.ts";
import type { Deps } from "./deps.ts";

/**
 * Deletes what has served its time: old idempotency keys, links, events, e-mails and notifications. Each
 * of the big ones in a commit of its own: one that is in arrears keeps none of the others.
 */
export async function sweep(deps: Deps): Promise<void> {
  await deps.db.transaction(async (tx) => sweepOldRows(tx));
  await deps.db.transaction((tx) => deleteOldEvents(tx));
  await deps.db.transaction((tx) => deleteOldNotifications(tx));
}
