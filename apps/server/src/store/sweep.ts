import type { Tx } from "../platform/database.ts";

const DAY_MS = 24 * 3_600_000;
/** Clients that were away longer than this load afresh. */
const EVENTS_MS = 3 * DAY_MS;
const AT_MOST = 2_000;

/** Deletes a bounded number of rows that have served their time. */
export function sweepOldRows(tx: Tx): void {
  tx.write(
    `delete from idempotency_keys where ctid = any(array(
       select ctid from idempotency_keys where created_at < (select now_ms()) - $1 limit $2))`,
    [DAY_MS, AT_MOST],
  );
  tx.write(
    `delete from events where id in (
       select id from events where at < (select now_ms()) - $1 order by at limit $2)`,
    [EVENTS_MS, AT_MOST],
  );
}
