/**
 * Members whose sessions with a wait are to move, because they went offline in a business that wants it
 * so (clock.md §8). The mark is written in the commit that takes them offline and taken back when they
 * return; whoever finds it moves the sessions, so that no crash leaves one behind.
 *
 *     online ──gone──▶ marked, moves at a time ──▶ moved as far as somebody is eligible ──▶ no mark
 *        ▲                        │
 *        └──── back before ───────┘
 */
import type { Queryable, Tx } from "../platform/database.ts";
import { keysOf, type MemberKey, OF_KEYS, ONLINE_MEMBER } from "./presence.ts";

/**
 * Marks members of businesses that move sessions.
 * @param graceMs how long they may be gone first, so that reloading a page moves nothing.
 */
export function markGone(tx: Tx, members: readonly MemberKey[], graceMs: number): void {
  if (members.length === 0) return;
  tx.write(
    `update members m set sessions_move_at = now_ms() + $3::bigint from accounts a
     where ${OF_KEYS} and a.id = m.account_id and a.when_offline = 'reassign'`,
    [...keysOf(members), graceMs],
  );
}

/** They are back: what they hold stays theirs. */
export function unmarkGone(tx: Tx, members: readonly MemberKey[]): void {
  if (members.length === 0) return;
  tx.write(
    `update members m set sessions_move_at = null
     where ${OF_KEYS} and m.sessions_move_at is not null`,
    keysOf(members),
  );
}

/** The account keeps sessions with whoever holds them from now on. */
export function unmarkAllGone(tx: Tx, accountId: string): void {
  tx.write(
    `update members set sessions_move_at = null
     where account_id = $1 and sessions_move_at is not null`,
    [accountId],
  );
}

export interface PendingMoves {
  readonly accountId: string;
  /** Epoch ms by the database's clock. */
  readonly at: number;
  /** When those of one member begin to move: ms from now, 0 or less: by now. */
  readonly inMs: number;
}

/** Accounts in which sessions are to move, now or in a while. */
export async function readPendingMoves(read: Queryable): Promise<PendingMoves[]> {
  return await read.query<{ accountId: string; at: number; inMs: number }>(
    `select account_id as "accountId", sessions_move_at as at,
       sessions_move_at - now_ms() as "inMs" from members
     where sessions_move_at is not null order by sessions_move_at`,
  );
}

/** In row `s` of `sessions`: a session that must leave the member in row `m`. An SQL expression. */
const MUST_MOVE = `(s.closed_at is null and s.wait_number is not null
  and s.assigned_at <= m.sessions_move_at and s.wait_known_at <= m.sessions_move_at)`;

/** As above, and can: a parked one moves once it is parked no more. */
export const MOVES_AWAY = `(${MUST_MOVE} and s.parked_at is null)`;

/** In row `m` of `members`: their business moves sessions still. An SQL expression. */
export const MOVES_SESSIONS = `exists (select 1 from accounts a
  where a.id = m.account_id and a.when_offline = 'reassign')`;

/**
 * Takes the mark from members who are back or hold nothing any more that must move, and from all of a
 * business that moves nothing: somebody may have gone while it was switched off.
 */
export function unmarkMoved(tx: Tx, accountId: string): void {
  tx.write(
    `update members m set sessions_move_at = null
     where m.account_id = $1 and m.sessions_move_at <= now_ms() and (${ONLINE_MEMBER} or not ${MOVES_SESSIONS}
       or not exists (select 1 from sessions s
         where s.account_id = m.account_id and s.assignee_id = m.id and ${MUST_MOVE}))`,
    [accountId],
  );
}
