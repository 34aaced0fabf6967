/**
 * What a member has read. No message writes here: unread is what came after the last message that the
 * member saw, worked out when it is shown, by an index that ends in the order of messages.
 */
import { sql } from "kysely";
import type { Queryable, Tx } from "../platform/database.ts";
import { eventType } from "./account-events.ts";
import { build, runQueryForOne } from "./query-builder.ts";

/** A member and a session they look at. */
export interface Reading {
  readonly accountId: string;
  readonly memberId: string;
  readonly sessionId: string;
}

/**
 * Whether the session in row `s` of `sessions` is unread for a member: it is marked so, or the customer or
 * a colleague's note spoke after what the member read. `null`: nobody looks, nothing is unread.
 */
export function isUnread(memberId: string | null) {
  if (memberId === null) return sql<boolean>`false`;
  const member = sql`${memberId}::uuid`;
  const own = sql`r.account_id = s.account_id and r.member_id = ${member} and r.session_id = s.id`;
  return sql<boolean>`(coalesce((select r.marked from session_reads r where ${own}), false)
    or exists (select from messages m
      where m.account_id = s.account_id and m.session_id = s.id
        and m.seq > coalesce((select r.read_through from session_reads r where ${own}), 0)
        and (m.kind = 'inbound' or (m.kind = 'note' and m.author_id <> ${member}))))`;
}

/** The place of a message in its session's order; `null`: it has none of that id. */
export async function readMessageSeq(
  read: Queryable,
  { accountId, sessionId }: Reading,
  messageId: string,
): Promise<number | null> {
  const [row] = await read.query<{ seq: number }>(
    "select seq from messages where account_id = $1 and session_id = $2 and id = $3",
    [accountId, sessionId, messageId],
  );
  return row?.seq ?? null;
}

/**
 * Everything up to a place was read; never less than before.
 * @param through `null`: up to the last message.
 */
export function writeRead(tx: Tx, reading: Reading, through: number | null): void {
  tx.write(
    `insert into session_reads (account_id, member_id, session_id, read_through, marked, read_at)
     select $1, $2, $3, coalesce($4::bigint, (select seq from messages
         where account_id = $1 and session_id = $3 order by seq desc limit 1), 0), false, now_ms()
     on conflict (account_id, member_id, session_id) do update set
       read_through = greatest(session_reads.read_through, excluded.read_through),
       marked = false, read_at = excluded.read_at`,
    [reading.accountId, reading.memberId, reading.sessionId, through],
  );
}

/** Unread because the member says so, until they read it again. */
export function writeUnread(tx: Tx, reading: Reading): void {
  tx.write(
    `insert into session_reads (account_id, member_id, session_id, read_through, marked, read_at)
     values ($1, $2, $3, 0, true, now_ms())
     on conflict (account_id, member_id, session_id) do update set marked = true`,
    [reading.accountId, reading.memberId, reading.sessionId],
  );
}

/** Tells the member's other screens how the session stands to them now. */
export async function tellRead(tx: Tx, reading: Reading): Promise<void> {
  const { accountId, memberId, sessionId } = reading;
  const row = await runQueryForOne(
    tx,
    build
      .selectFrom("sessions as s")
      .select(isUnread(memberId).as("unread"))
      .where("s.account_id", "=", accountId)
      .where("s.id", "=", sessionId),
  );
  const payload = { id: sessionId, unread: row?.unread ?? false };
  tx.write(
    `insert into events (account_id, type, session_id, member_id, at, payload)
     values ($1, ${eventType("session.read")}, $2, $3, now_ms(), $4::json)`,
    [accountId, sessionId, memberId, JSON.stringify(payload)],
  );
}
