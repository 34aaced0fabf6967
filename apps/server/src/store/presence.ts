/**
 * Who is online. A live socket is a row of `member_connections`, refreshed by the node that holds it.
 *
 *     connected ──heartbeat every 15 s──▶ seen ──60 s without one──▶ swept
 *         └──────────── closed by the client: deleted at once ────────┘
 *
 * A server that stops leaves its rows: the outage grace below needs to know who was there, and a
 * client that comes back within 60 s was never offline.
 */
import type { Queryable, Tx } from "../platform/database.ts";
import { PACE } from "../platform/pace.ts";
import { eventType } from "./account-events.ts";
import { ownLimit } from "./channel-limits.ts";

/**
 * Connections seen at or before this moment do not count: 60 s ago (clock.md §8), or 60 s before an
 * outage that ended less than 60 s ago or that no node has noticed yet (clock.md §6).
 */
export const PRESENCE_CUTOFF = `(select least(
    now_ms(),
    (select min(began_at) from outages where detected_at > now_ms() - 60000),
    (select case when max(heartbeat_at) < now_ms() - ${PACE.outageMs} then max(heartbeat_at) end from nodes)
  ) - ${PACE.offlineAfterMs})`;

/** The status of the member in row `m`, as others see it: idle members are away. An SQL expression. */
export const SHOWN_STATUS = `case when m.auto_away_at is not null and m.status = 'available'
  then 'away' else m.status end`;

/** Whether the member in row `m` of `members` is online (clock.md §8). An SQL expression. */
export const ONLINE_MEMBER = `(m.auto_away_at is null and m.active and m.status = 'available' and exists (
    select 1 from member_connections c
    where c.account_id = m.account_id and c.member_id = m.id and c.seen_at > ${PRESENCE_CUTOFF}
  ))`;

export interface MemberKey {
  readonly accountId: string;
  readonly memberId: string;
}

export interface Connection extends MemberKey {
  readonly id: string;
  /** The member looks at this tab, as far as it said. */
  readonly visible?: boolean;
}

/** Ids of an account's members who are online now. */
export async function readOnlineMembers(read: Queryable, accountId: string): Promise<string[]> {
  const rows = await read.query<{ id: string }>(ONLINE_SQL, [accountId]);
  return rows.map((row) => row.id);
}

const ONLINE_SQL = `select m.id from members m
  where m.account_id = $1 and ${ONLINE_MEMBER} order by m.id`;

/**
 * Locks members until the commit, so that of two sockets that leave at once the second sees the
 * first gone. Gives who of them is online before the change.
 */
export async function lockPresence(tx: Tx, members: readonly MemberKey[]): Promise<Set<string>> {
  await tx.query(LOCK_SQL, keysOf(members));
  return await onlineAmong(tx, members);
}

/** Which rows `m` of `members` are those of `keysOf`. An SQL expression. */
export const OF_KEYS = `(m.account_id, m.id) in
  (select * from unnest($1::uuid[], $2::uuid[]))`;
const LOCK_SQL = `select 1 from members m where ${OF_KEYS}
  order by m.account_id, m.id for no key update`;

/** Which of these members are online, by id. */
export async function onlineAmong(
  read: Queryable,
  members: readonly MemberKey[],
): Promise<Set<string>> {
  const rows = await read.query<{ id: string }>(ONLINE_AMONG_SQL, keysOf(members));
  return new Set(rows.map((row) => row.id));
}

/** Which of these members are there as far as their status says. */
export async function amongAvailable(
  read: Queryable,
  members: readonly MemberKey[],
): Promise<MemberKey[]> {
  if (members.length === 0) return [];
  return await read.query<{ accountId: string; memberId: string }>(
    `select m.account_id as "accountId", m.id as "memberId" from members m
     where ${OF_KEYS} and m.active and m.status = 'available' and m.auto_away_at is null`,
    keysOf(members),
  );
}

const ONLINE_AMONG_SQL = `select m.id from members m where ${OF_KEYS} and ${ONLINE_MEMBER}`;

/** Writes connections as seen now, all of one node in one statement. */
export function writeConnections(tx: Tx, nodeId: string, connections: readonly Connection[]): void {
  tx.write(SEEN_SQL, [
    ...keysOf(connections),
    connections.map((row) => row.id),
    nodeId,
    connections.map((row) => row.visible === true),
  ]);
}

const SEEN_SQL = `insert into member_connections
    (account_id, member_id, id, node_id, seen_at, visible)
  select account_id, member_id, id, $4, now_ms(), visible
  from unnest($1::uuid[], $2::uuid[], $3::uuid[], $5::boolean[])
    as seen (account_id, member_id, id, visible)
  on conflict (account_id, member_id, id)
    do update set seen_at = excluded.seen_at, visible = excluded.visible`;

/** Of these connections, those that have no row that counts: their members may be offline. */
export async function findLapsed(
  read: Queryable,
  connections: readonly Connection[],
): Promise<Connection[]> {
  const ids = connections.map((row) => row.id);
  const rows = await read.query<{ id: string }>(LAPSED_SQL, [...keysOf(connections), ids]);
  const lapsed = new Set(rows.map((row) => row.id));
  return connections.filter((row) => lapsed.has(row.id));
}

const LAPSED_SQL = `select seen.id
  from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as seen (account_id, member_id, id)
  where not exists (
    select 1 from member_connections c
    where c.account_id = seen.account_id and c.member_id = seen.member_id and c.id = seen.id
      and c.seen_at > ${PRESENCE_CUTOFF}
  )`;

/** Deletes those of these connections that are still there, and gives whose they were. */
export async function deleteConnections(
  tx: Tx,
  connections: readonly Connection[],
): Promise<MemberKey[]> {
  const ids = connections.map((row) => row.id);
  return await tx.query<{ accountId: string; memberId: string }>(
    `${DELETE_SQL} ${RETURNING_MEMBER}`,
    [...keysOf(connections), ids],
  );
}

const DELETE_SQL = `delete from member_connections c
  using unnest($1::uuid[], $2::uuid[], $3::uuid[]) as gone (account_id, member_id, id)
  where c.account_id = gone.account_id and c.member_id = gone.member_id and c.id = gone.id`;
const RETURNING_MEMBER = 'returning c.account_id as "accountId", c.member_id as "memberId"';

/** Connections that no longer count, of whatever node; at most `limit`. */
export async function readExpiredConnections(
  read: Queryable,
  limit: number,
): Promise<Connection[]> {
  return await read.query<{ accountId: string; memberId: string; id: string }>(EXPIRED_SQL, [
    limit,
  ]);
}

const EXPIRED_SQL = `select account_id as "accountId", member_id as "memberId", id
  from member_connections where seen_at <= ${PRESENCE_CUTOFF}
  order by account_id, member_id limit $1`;

/** Deletes those of these connections that still don't count, and gives whose they were. */
export async function deleteExpired(
  tx: Tx,
  connections: readonly Connection[],
): Promise<MemberKey[]> {
  const ids = connections.map((row) => row.id);
  return await tx.query<{ accountId: string; memberId: string }>(
    `${DELETE_SQL} and c.seen_at <= ${PRESENCE_CUTOFF} ${RETURNING_MEMBER}`,
    [...keysOf(connections), ids],
  );
}

/** What the member chose. Choosing is a sign of activity. */
export function writeStatus(tx: Tx, member: MemberKey, status: string): void {
  tx.write(
    `update members set status = $3, active_at = now_ms(), auto_away_at = null
     where account_id = $1 and id = $2`,
    [member.accountId, member.memberId, status],
  );
}

/**
 * Tells over the event log how these members stand now: one `member.updated` each, with the fields of
 * the API's member. Clients count open sessions from the sessions' own events.
 */
export function writeMemberEvents(tx: Tx, members: readonly MemberKey[]): void {
  tx.write(EVENTS_SQL, keysOf(members));
}

const EVENTS_SQL = `insert into events (account_id, type, at, payload)
  select m.account_id, ${eventType("member.updated")}, now_ms(), json_build_object('member', json_build_object(
    'id', m.id, 'name', m.name, 'email', m.email, 'role', m.role, 'active', m.active,
    'status', ${SHOWN_STATUS}, 'autoAway', m.auto_away_at is not null, 'capacity', m.capacity,
    'channelIds', ${ownLimit("member_id", "m")}, 'hasLogin', m.auth_user_id is not null,
    'online', ${ONLINE_MEMBER}))
  from members m where ${OF_KEYS}`;

/** The parameters `$1` and `$2` of `OF_KEYS`. */
export function keysOf(members: readonly MemberKey[]): [string[], string[]] {
  return [members.map((row) => row.accountId), members.map((row) => row.memberId)];
}
