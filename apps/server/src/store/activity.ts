/**
 * Signs of activity, for businesses in which members who are idle count as away.
 *
 *     active ──idle for so many minutes──▶ automatically away ──a sign of activity──▶ active
 *
 * `status` stays what the member chose; `auto_away_at` lies over *available* only. Each process passes
 * on one sign of activity in 30 s, and one in 30 s is written: the last one written is less than a minute
 * older than the last there was. So somebody is away after the minutes of the setting at the earliest,
 * and one minute and a beat of presence later at the latest.
 */
import type { Queryable, Tx } from "../platform/database.ts";
import { keysOf, type MemberKey, OF_KEYS, PRESENCE_CUTOFF } from "./presence.ts";

/** Twice this, for a process that passed on what was not written, is added to the time to be idle. */
export const ACTIVITY_EVERY_MS = 30_000;

/**
 * Notes that the member is there. Gives whether they were automatically away, which they may be though the
 * setting is off: somebody switched it off while they were being made away.
 */
export async function noteActive(tx: Tx, member: MemberKey): Promise<boolean> {
  const rows = await tx.query<{ was_away: boolean }>(NOTE_SQL, [
    member.accountId,
    member.memberId,
    ACTIVITY_EVERY_MS,
  ]);
  return rows[0]?.was_away === true;
}

const NOTE_SQL = `update members m set active_at = now_ms()
  from accounts a
  where m.account_id = $1 and m.id = $2 and a.id = m.account_id
    and (m.auto_away_at is not null or (a.auto_away_minutes is not null
      and coalesce(m.active_at, 0) <= now_ms() - $3::bigint))
  returning m.auto_away_at is not null as was_away`;

/** Who opens a page is active, or would count as idle since they were here last. */
export function noteArrival(tx: Tx, member: MemberKey): void {
  tx.write(
    `update members m set active_at = now_ms() from accounts a
     where m.account_id = $1 and m.id = $2 and a.id = m.account_id
       and a.auto_away_minutes is not null`,
    [member.accountId, member.memberId],
  );
}

/** Members become automatically away, or are so no more. */
export function writeAutoAway(tx: Tx, members: readonly MemberKey[], away: boolean): void {
  tx.write(`update members m set auto_away_at = case when $3 then now_ms() end where ${OF_KEYS}`, [
    ...keysOf(members),
    away,
  ]);
}

/**
 * Members who are idle and don't count as away yet. The cut-off of presence is a minute ago, so it
 * allows for activity not written; and after an outage nobody is idle for the time it took.
 */
export async function readIdleMembers(read: Queryable, limit: number): Promise<MemberKey[]> {
  return await read.query<{ accountId: string; memberId: string }>(
    `select m.account_id as "accountId", m.id as "memberId"
     from accounts a join members m on m.account_id = a.id
     where a.auto_away_minutes is not null and ${IS_IDLE}
       and exists (select 1 from member_connections c
         where c.account_id = m.account_id and c.member_id = m.id)
     order by m.account_id, m.id limit $1`,
    [limit],
  );
}

const IS_IDLE = `m.active and m.status = 'available' and m.auto_away_at is null
  and coalesce(m.active_at, 0) <= ${PRESENCE_CUTOFF} - a.auto_away_minutes * 60000`;

/** Of these, locked, those who are idle still. */
export async function stillIdle(tx: Tx, members: readonly MemberKey[]): Promise<MemberKey[]> {
  return await tx.query<{ accountId: string; memberId: string }>(
    `select m.account_id as "accountId", m.id as "memberId"
     from members m join accounts a on a.id = m.account_id
     where ${OF_KEYS} and a.auto_away_minutes is not null and ${IS_IDLE}
     order by m.account_id, m.id`,
    keysOf(members),
  );
}

/** The setting was switched on: everybody of the account counts as active from now. */
export function startNotingActivity(tx: Tx, accountId: string): void {
  tx.write("update members set active_at = now_ms() where account_id = $1", [accountId]);
}

/** Members of the account who are automatically away. */
export async function readAutoAway(read: Queryable, accountId: string): Promise<MemberKey[]> {
  return await read.query<{ accountId: string; memberId: string }>(
    `select account_id as "accountId", id as "memberId" from members
     where account_id = $1 and auto_away_at is not null order by id`,
    [accountId],
  );
}
