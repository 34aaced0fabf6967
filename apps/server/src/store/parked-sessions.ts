import type { Queryable, Tx } from "../platform/database.ts";
import { eventType } from "./account-events.ts";
import type { SessionKey } from "./load-sessions.ts";

const ERROR_LENGTH = 2_000;

/**
 * Sets a session aside that could not be decided: it has no deadline until it is retried, after 30 s at
 * first and twice as long each time, up to an hour.
 */
export async function parkSession(tx: Tx, key: SessionKey, error: string): Promise<void> {
  await tx.query(
    `with parked as (
       update sessions set parked_at = coalesce(parked_at, now_ms()), park_error = $3,
         park_attempts = park_attempts + 1,
         park_retry_at = now_ms() + least(30000 * 2 ^ least(park_attempts, 10), 3600000)::bigint
       where account_id = $1 and id = $2 and closed_at is null
       returning account_id, id
     )
     insert into events (account_id, type, session_id, at, payload)
     select account_id, ${eventType("session.parked")}, id, now_ms(), json_build_object('id', id) from parked`,
    [key.accountId, key.id, error.slice(0, ERROR_LENGTH)],
  );
}

export async function readParkedToRetry(read: Queryable, limit: number): Promise<SessionKey[]> {
  const rows = await read.query<{ account_id: string; id: string }>(
    `select account_id, id from sessions
     where parked_at is not null and park_retry_at <= (select now_ms())
     order by park_retry_at limit $1`,
    [limit],
  );
  return rows.map((row) => ({ accountId: row.account_id, id: row.id }));
}
