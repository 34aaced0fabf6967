import type { Tx } from "../platform/database.ts";
import { MARK_PICKED, type Reader } from "./mark-notifications.ts";
import { TELL_GONE, TELL_TOLD } from "./notify.ts";
import { RowSet, writeRows } from "./unnest.ts";

/** A session that somebody watches, and in which the customer wrote. */
export interface Watched {
  readonly accountId: string;
  readonly sessionId: string;
  readonly wait: number;
  /** Hears of it by the wait that runs. */
  readonly assigneeId: string | null;
}

/**
 * Tells supporters and followers that the customer wrote: once until they have read it. The key says which
 * one they read last, so that the next stands beside it.
 */
export function notifyWatchers(tx: Tx, sessions: readonly Watched[]): void {
  writeRows(tx, sessions, WATCHED, WATCHED_SQL);
}

const WATCHED = new RowSet<Watched>([
  { name: "account_id", type: "uuid", of: (row) => row.accountId },
  { name: "session_id", type: "uuid", of: (row) => row.sessionId },
  { name: "wait_number", type: "integer", of: (row) => row.wait },
  { name: "assignee_id", type: "uuid", of: (row) => row.assigneeId },
]);
const WATCHED_SQL = `with told as (
    insert into notifications (account_id, id, member_id, session_id, kind, wait_number, key,
      reply_due_at, created_at)
    select u.account_id, gen_random_uuid(), p.member_id, u.session_id, 'newMessage', u.wait_number,
      'newMessage:' || coalesce((select max(n.created_at) from notifications n
        where n.account_id = u.account_id and n.session_id = u.session_id
          and n.member_id = p.member_id and n.kind = 'newMessage' and n.read_at is not null
          and n.withdrawn_at is null), 0),
      null::bigint, now_ms()
    from ${WATCHED.unnest} as u(${WATCHED.names})
    join session_people p on p.account_id = u.account_id and p.session_id = u.session_id
    join members m on m.account_id = p.account_id and m.id = p.member_id and m.active
    where p.member_id is distinct from u.assignee_id
    ${TELL_TOLD}`;

interface OfSession extends Reader {
  readonly sessionId: string;
}

/** Marks it as read, once the member has read all that the customer wrote. */
export function markNewMessageRead(tx: Tx, { accountId, memberId, sessionId }: OfSession): void {
  tx.write(READ_SQL, [accountId, memberId, sessionId]);
}

const READ_SQL = `with picked as (
    select id from notifications
    where account_id = $1 and member_id = $2 and session_id = $3 and kind = 'newMessage'
      and read_at is null and withdrawn_at is null
      and not exists (select from messages m
        where m.account_id = $1 and m.session_id = $3 and m.kind = 'inbound'
          and m.seq > (select r.read_through from session_reads r
            where r.account_id = $1 and r.member_id = $2 and r.session_id = $3))
    for update
  ), ${MARK_PICKED}`;

/** They don't watch it any more. */
export function withdrawNewMessage(tx: Tx, { accountId, memberId, sessionId }: OfSession): void {
  tx.write(WITHDRAW_SQL, [accountId, memberId, sessionId]);
}

const WITHDRAW_SQL = `with gone as (
    update notifications set withdrawn_at = now_ms()
    where account_id = $1 and member_id = $2 and session_id = $3 and kind = 'newMessage'
      and withdrawn_at is null
    returning account_id, id, session_id, member_id
  ), ${TELL_GONE}`;
