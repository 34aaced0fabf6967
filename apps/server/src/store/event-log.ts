/**
 * Reads the event log in a way that neither skips a row that commits late nor stalls behind somebody's
 * long transaction (architecture.md, rule 10; targets.md, "Following the log").
 *
 * A cursor is the snapshot that a read was made with: it names exactly the transactions whose rows were
 * seen. The next read takes the rows of all the others that have committed since, and a new snapshot,
 * in one statement. Within a read rows are ordered by id: a later event of the same session has a
 * higher one, since it was written under that session's lock.
 *
 * More rows than one read takes are read in pages. The snapshot they lead to is fixed by then, and the
 * cursor in between remembers both snapshots and the last id.
 *
 * Transaction ids mean nothing to another server, after a restore, or after a crash that lost the end
 * of the transaction log. The epoch changes whenever one of those may have happened, and a cursor of
 * another epoch is answered by `resync`: the client loads afresh.
 */

import type { Queryable, Row, Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { type EventCursor, formatCursor, parseCursor } from "./event-log-cursor.ts";

export interface EventRow {
  readonly id: number;
  /** The transaction that wrote it. */
  readonly xid: bigint;
  readonly accountId: string;
  readonly type: string;
  readonly sessionId: string | null;
  /** Set: for this member only. */
  readonly memberId: string | null;
  readonly at: number;
  /** JSON text: it is only handed on. */
  readonly payload: string;
  /** Who sees the session, as it stands when the event is read; `null`: the event is of none. */
  readonly session: {
    readonly channelId: string;
    readonly assigneeId: string | null;
    /** Supporters and followers, and who held it in the running wait. */
    readonly readerIds: readonly string[];
  } | null;
  /** Whose sight it took the session out of: members, and (`queue`) whoever saw it unassigned. */
  readonly lostBy: { readonly members: readonly string[]; readonly queue: boolean } | null;
}

export interface EventQuery {
  /** Only these businesses' events; left out: all. */
  readonly accountIds?: readonly string[];
  /** Where the last read ended. */
  readonly cursor: string;
  /** Most rows to give; more are left for the next read. */
  readonly limit?: number;
  /** Farther behind than this many rows, of all businesses, loading afresh is cheaper. */
  readonly maxBehind?: number;
}

export type EventsRead =
  | {
      readonly type: "events";
      readonly rows: readonly EventRow[];
      readonly cursor: string;
      /** The database's clock as it was read, epoch ms. */
      readonly now: number;
      /** There is more: read on at once. */
      readonly more: boolean;
    }
  | { readonly type: "resync"; readonly reason: "unreadable" | "stale" | "epoch" | "behind" };

const LIMIT = 2_000;
const MAX_BEHIND = 100_000;
/** How long a cursor can be resumed. Events are kept longer, so that a valid one misses none. */
const CURSOR_AGE_MS = 24 * 3_600_000;
const RETENTION_MS = 48 * 3_600_000;

/** What must stay the same for transaction ids to keep their meaning. */
const SERVER_IDENTITY = `(select system_identifier from pg_control_system())::text
  || '/' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)
  || '/' || (select extract(epoch from stats_reset)::text from pg_stat_wal)`;

const HEAD = `select pg_current_snapshot()::text as snapshot, now_ms() as now,
    (select epoch::text from event_epoch where system_identifier = ${SERVER_IDENTITY}) as epoch`;

/**
 * Gives the server's transaction ids an epoch, a new one when they can't be trusted to go on: another
 * server, a restore, a failover, or a recovery from a crash (which resets the server's statistics).
 */
export async function keepEventEpoch(tx: Tx): Promise<void> {
  const [row] = await tx.query<{ known: boolean }>(
    `select exists (select 1 from event_epoch where system_identifier = ${SERVER_IDENTITY}) as known`,
  );
  if (row?.known === true) return;
  await tx.query("lock table event_epoch in exclusive mode");
  tx.write(`delete from event_epoch where system_identifier <> ${SERVER_IDENTITY}`);
  tx.write(
    `insert into event_epoch (epoch, system_identifier) select $1, ${SERVER_IDENTITY}
     where not exists (select 1 from event_epoch)`,
    [newId()],
  );
}

/** The end of the log as it is now: a read from here gives only what commits later. */
export async function readTail(read: Queryable): Promise<string> {
  const [head] = await read.query<HeadRow>(HEAD);
  if (head?.epoch == null) throw new Error("the event log has no epoch: no node has beaten yet");
  return formatCursor({ epoch: head.epoch, at: head.now, seen: head.snapshot, page: null });
}

/** Gives the events that became visible after the cursor, in order, and where to go on. */
export async function readEvents(read: Queryable, query: EventQuery): Promise<EventsRead> {
  const cursor = parseCursor(query.cursor);
  if (cursor === null) return { type: "resync", reason: "unreadable" };
  return cursor.page === null
    ? await readNew(read, query, cursor)
    : await readPage(read, query, { ...cursor, page: cursor.page });
}

/** Takes everything new in one round trip; when it is too much, begins to read in pages. */
async function readNew(
  read: Queryable,
  query: EventQuery,
  cursor: EventCursor,
): Promise<EventsRead> {
  const { limit = LIMIT, accountIds = null } = query;
  const rows = await read.query<NewRow>(NEW_SQL, [cursor.seen, limit + 1, accountIds]);
  const head = rows[0];
  if (head === undefined) throw new Error("a read of the event log gave nothing");
  const lost = lostReason(cursor, head);
  if (lost !== null) return { type: "resync", reason: lost };
  if (head.found > limit) return await beginPages(read, query, cursor, head);
  return {
    type: "events",
    rows: rows.filter(hasEvent).map(parseEvent),
    cursor: formatCursor({ ...cursor, at: head.now, seen: head.snapshot }),
    now: head.now,
    more: false,
  };
}

const EVENT_COLUMNS = `e.id, e.xid, e.account_id, e.type, e.session_id, e.member_id, e.at, e.lost_by,
    seen.channel_id, seen.assignee_id, seen.handed_on, seen.people`;

/** Of the session of event `e`, what decides who sees it. Events for one member need no such judgement. */
const SEEN_BY = `left join lateral (
    select s.channel_id, s.assignee_id,
      case when json_array_length(s.wait_holders) > (s.assignee_id is not null)::int
        then s.wait_holders end as handed_on,
      array(select p.member_id::text from session_people p
        where p.account_id = s.account_id and p.session_id = s.id) as people
    from sessions s
    where s.account_id = e.account_id and s.id = e.session_id and e.member_id is null limit 1
  ) seen on true`;

/** Each half goes through the index on (xid, id), and no further than the limit. */
const NEW_SQL = `with fresh as materialized (
    (select * from events where xid >= pg_snapshot_xmax($1::pg_snapshot) order by xid limit $2)
    union all
    (select * from events where xid = any (array(select pg_snapshot_xip($1::pg_snapshot))) limit $2)
  )
  select head.*, pg_snapshot_xmax($1::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot())
      as from_the_future,
    (select count(*) from fresh) as found,
    ${EVENT_COLUMNS}, e.xid::text as xid_text, e.payload::text as payload
  from (${HEAD}) as head
  left join fresh e on $3::uuid[] is null or e.account_id = any ($3)
  ${SEEN_BY}
  order by e.id`;

async function beginPages(
  read: Queryable,
  query: EventQuery,
  cursor: EventCursor,
  head: HeadRow,
): Promise<EventsRead> {
  const maxBehind = query.maxBehind ?? MAX_BEHIND;
  const [gap] = await read.query<{ behind: number; first: number }>(GAP_SQL, [
    cursor.seen,
    head.snapshot,
    maxBehind + 1,
  ]);
  if (gap === undefined || gap.behind > maxBehind) return { type: "resync", reason: "behind" };
  const page = { upTo: head.snapshot, upToAt: head.now, afterId: gap.first - 1 };
  return await readPage(read, query, { ...cursor, page });
}

const GAP_SQL = `select count(*) as behind, min(id) as first from (
    (select id, xid from events where xid >= pg_snapshot_xmax($1::pg_snapshot) order by xid limit $3)
    union all
    (select id, xid from events
      where xid = any (array(select pg_snapshot_xip($1::pg_snapshot))) limit $3)
  ) as gap where pg_visible_in_snapshot(xid, $2::pg_snapshot)`;

async function readPage(
  read: Queryable,
  query: EventQuery,
  cursor: EventCursor & { readonly page: NonNullable<EventCursor["page"]> },
): Promise<EventsRead> {
  const { limit = LIMIT, accountIds = null } = query;
  const { page } = cursor;
  const rows = await read.query<PageRow>(PAGE_SQL, [
    cursor.seen,
    page.upTo,
    page.afterId,
    limit,
    accountIds,
  ]);
  const head = rows[0];
  if (head === undefined) throw new Error("a read of the event log gave nothing");
  const lost = lostReason(cursor, head);
  if (lost !== null) return { type: "resync", reason: lost };
  const events = rows.filter(hasEvent).map(parseEvent);
  const last = events.at(-1);
  const full = events.length === limit && last !== undefined;
  const next = full
    ? { ...cursor, page: { ...page, afterId: last.id } }
    : { epoch: cursor.epoch, at: page.upToAt, seen: page.upTo, page: null };
  const { now } = head;
  return { type: "events", rows: events, cursor: formatCursor(next), now, more: true };
}

const PAGE_SQL = `with page as materialized (
    select * from events
    where id > $3::bigint
      and (xid >= pg_snapshot_xmax($1::pg_snapshot)
        or xid = any (array(select pg_snapshot_xip($1::pg_snapshot))))
      and pg_visible_in_snapshot(xid, $2::pg_snapshot)
      and ($5::uuid[] is null or account_id = any ($5))
    order by id limit $4
  )
  select head.*, pg_snapshot_xmax($2::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot())
      as from_the_future,
    ${EVENT_COLUMNS}, e.xid::text as xid_text, e.payload::text as payload
  from (${HEAD}) as head left join page e on true
  ${SEEN_BY}
  order by e.id`;

function lostReason(cursor: EventCursor, head: HeadRow): "epoch" | "stale" | null {
  if (cursor.epoch !== head.epoch || head.from_the_future === true) return "epoch";
  return head.now - cursor.at > CURSOR_AGE_MS ? "stale" : null;
}

/** Deletes events that no valid cursor can still miss; at most `limit`. Gives how many. */
export async function deleteOldEvents(tx: Tx, limit = 10_000): Promise<number> {
  const rows = await tx.query(DELETE_OLD_SQL, [RETENTION_MS, limit]);
  return rows.length;
}

/** Looks at the lowest ids only, which are the oldest: it reads no more rows than it may delete. */
const DELETE_OLD_SQL = `delete from events where id in (
    select id from (select id, at from events order by id limit $2) as oldest
    where at < (select now_ms()) - $1::bigint
  ) returning id`;

interface HeadRow extends Row {
  readonly snapshot: string;
  readonly now: number;
  /** `null` when the epoch was not kept since the server's identity changed. */
  readonly epoch: string | null;
  readonly from_the_future?: boolean;
}

interface PageRow extends HeadRow {
  readonly id: number | null;
  readonly xid_text: string;
  readonly account_id: string;
  readonly type: string;
  readonly session_id: string | null;
  readonly member_id: string | null;
  readonly at: number;
  readonly payload: string;
  readonly lost_by: EventRow["lostBy"];
  /** `null`: there is no session, or nobody asks who sees it. */
  readonly channel_id: string | null;
  readonly assignee_id: string | null;
  readonly handed_on: readonly string[] | null;
  readonly people: readonly string[];
}

interface NewRow extends PageRow {
  readonly found: number;
}

function hasEvent<R extends PageRow>(row: R): row is R & { readonly id: number } {
  return row.id !== null;
}

function parseEvent(row: PageRow & { readonly id: number }): EventRow {
  return {
    id: row.id,
    xid: BigInt(row.xid_text),
    accountId: row.account_id,
    type: row.type,
    sessionId: row.session_id,
    memberId: row.member_id,
    at: row.at,
    payload: row.payload,
    session: parseSeenBy(row),
    lostBy: row.lost_by,
  };
}

function parseSeenBy(row: PageRow): EventRow["session"] {
  const { channel_id: channelId, assignee_id: assigneeId, handed_on: holders, people } = row;
  if (channelId === null) return null;
  return { channelId, assigneeId, readerIds: holders === null ? people : [...people, ...holders] };
}
