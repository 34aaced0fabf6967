import { binaryArray } from "../platform/binary-array.ts";
import type { Queryable, Tx } from "../platform/database.ts";
import { CONTACT_VERSION, IN_LINE, SEEKER, type Seeker } from "./line.ts";
import { ONLINE_MEMBER } from "./presence.ts";
import { MOVES_AWAY, MOVES_SESSIONS } from "./session-moves.ts";
import { parseSessionRow, type SessionRow, type StoredSession } from "./session-row.ts";

/** A locked session with everything a decision about it may look at. */
export interface LoadedSession extends StoredSession {
  readonly channelKind: string;
  readonly contact: {
    readonly name: string | null;
    readonly tags: readonly string[];
    readonly attributes: Readonly<Record<string, string>>;
    readonly ownerId: string | null;
    readonly blocked: boolean;
    /** A member gave the name: it stays whatever the customer calls themself. */
    readonly named: boolean;
  };
}

export interface SessionKey {
  readonly accountId: string;
  readonly id: string;
}

interface LoadedRow extends SessionRow {
  readonly channel_kind: string;
  readonly contact_name: string | null;
  readonly contact_tags: readonly string[];
  readonly contact_attributes: Readonly<Record<string, string>>;
  readonly contact_owner: string | null;
  readonly contact_blocked: boolean;
  readonly contact_named: boolean;
}

const SELECT_LOADED = `select s.*, c.*, (
    select ch.kind from channels ch where ch.account_id = s.account_id and ch.id = s.channel_id
  ) as channel_kind`;

/**
 * What belongs to a session, looked up by its whole key. A lateral look-up because of a join the
 * planner, knowing nothing of new tables yet, once read all contacts of an account for. All in one
 * statement with the lock: rows that pass through a `with` are written down and read once more.
 */
const CONTACT_OF_S = `cross join lateral (
    select c.name as contact_name, c.tags as contact_tags, c.attributes as contact_attributes,
      c.owner_member_id as contact_owner, c.blocked_at is not null as contact_blocked,
      c.named_by is not null as contact_named
    from contacts c where c.account_id = s.account_id and c.id = s.contact_id limit 1
  ) c`;

/** Locks the sessions, in one order for everybody, waiting for whoever holds them. */
export async function loadSessionsForUpdate(
  tx: Tx,
  keys: readonly SessionKey[],
): Promise<LoadedSession[]> {
  return await lockByKey(tx, keys, "order by s.account_id, s.id for update of s");
}

/**
 * As above, but only those that are due, or parked and due for a retry; leaves out those that somebody
 * else works on.
 */
export async function claimSessionsStillDue(
  tx: Tx,
  keys: readonly SessionKey[],
): Promise<LoadedSession[]> {
  return await lockByKey(
    tx,
    keys,
    `where coalesce(s.next_due_at, s.park_retry_at) <= (select now_ms())
     order by s.account_id, s.id for update of s skip locked`,
  );
}

/** @param which a constant of this file: which of the sessions, and how they are locked. */
async function lockByKey(
  tx: Tx,
  keys: readonly SessionKey[],
  which: string,
): Promise<LoadedSession[]> {
  const rows = await tx.query<LoadedRow>(
    `${SELECT_LOADED} from sessions s
     join unnest($1::uuid[], $2::uuid[]) as k(account_id, id)
       on k.account_id = s.account_id and k.id = s.id
     ${CONTACT_OF_S} ${which}`,
    [uuids(keys.map((key) => key.accountId)), uuids(keys.map((key) => key.id))],
  );
  return rows.map(parseLoaded);
}

/**
 * Claims sessions whose nearest deadline has come, the earliest first. Those that another node is
 * working on are left to it.
 * @param from no earlier deadline is looked for, epoch ms; 0: any.
 */
export async function claimDueSessions(tx: Tx, limit: number, from = 0): Promise<LoadedSession[]> {
  const rows = await tx.query<LoadedRow>(
    `${SELECT_LOADED} from sessions s ${CONTACT_OF_S}
     where s.next_due_at >= $2 and s.next_due_at <= (select now_ms())
     order by s.next_due_at limit $1 for update of s skip locked`,
    [limit, from],
  );
  return rows.map(parseLoaded);
}

/**
 * Claims these sessions, as far as they are in line for an agent; leaves out those that somebody else works
 * on.
 */
export async function claimSessionsInLine(
  tx: Tx,
  keys: readonly SessionKey[],
): Promise<LoadedSession[]> {
  return await lockByKey(
    tx,
    keys,
    `where ${IN_LINE} order by s.account_id, s.id for update of s skip locked`,
  );
}

/** Claims sessions whose closes and reassignments were held back by an outage. */
export async function claimHeldSessions(tx: Tx, limit: number): Promise<LoadedSession[]> {
  const rows = await tx.query<LoadedRow>(
    `${SELECT_LOADED} from sessions s ${CONTACT_OF_S}
     where s.held and s.parked_at is null
     limit $1 for update of s skip locked`,
    [limit],
  );
  return rows.map(parseLoaded);
}

/**
 * Open sessions that deactivated members hold. Looked up member by member: a join might begin with all
 * sessions.
 * @param withinMs only of members deactivated so recently; `null`: of all.
 */
export async function readSessionsToHandOver(
  read: Queryable,
  limit: number,
  withinMs: number | null,
): Promise<SessionKey[]> {
  return await read.query<{ accountId: string; id: string }>(
    `select held.account_id as "accountId", held.id from members m
     cross join lateral (
       select s.account_id, s.id from sessions s
       where s.account_id = m.account_id and s.assignee_id = m.id and s.closed_at is null
         and s.parked_at is null
       limit $1
     ) held
     where not m.active
       and coalesce(m.deactivated_at, 0) >= coalesce((select now_ms()) - $2::bigint, 0)
     limit $1`,
    [limit, withinMs],
  );
}

/** In row `m` of `members`: what they hold is to move by now. An SQL expression. */
const IS_GONE = `(m.sessions_move_at <= (select now_ms()) and ${MOVES_SESSIONS} and not ${ONLINE_MEMBER})`;

/**
 * Sessions that move away from members who are gone, the longest wait first. Looked up member by member:
 * a join might begin with all sessions.
 */
export async function readSessionsOfGone(
  read: Queryable,
  accountId: string,
  limit: number,
): Promise<Seeker[]> {
  return await read.query<{
    accountId: string;
    id: string;
    teamId: string | null;
    version: string;
  }>(
    `select held.* from members m
     cross join lateral (
       select ${SEEKER}, s.wait_started_at from sessions s ${CONTACT_VERSION}
       where s.account_id = m.account_id and s.assignee_id = m.id and ${MOVES_AWAY}
       limit $2
     ) held
     where m.account_id = $1 and ${IS_GONE}
     order by held.wait_started_at, held.id limit $2`,
    [accountId, limit],
  );
}

/**
 * Claims these sessions, as far as they still move away from a member who is gone; leaves out those that
 * somebody else works on.
 */
export async function claimSessionsOfGone(
  tx: Tx,
  keys: readonly SessionKey[],
): Promise<LoadedSession[]> {
  return await lockByKey(
    tx,
    keys,
    `where exists (
       select 1 from members m
       where m.account_id = s.account_id and m.id = s.assignee_id and ${IS_GONE} and ${MOVES_AWAY})
     order by s.account_id, s.id for update of s skip locked`,
  );
}

/**
 * Claims these sessions, as far as a deactivated member still holds them; leaves out those that somebody
 * else works on.
 */
export async function claimSessionsToHandOver(
  tx: Tx,
  keys: readonly SessionKey[],
): Promise<LoadedSession[]> {
  return await lockByKey(
    tx,
    keys,
    `where exists (
       select 1 from members m
       where m.account_id = s.account_id and m.id = s.assignee_id and not m.active)
     order by s.account_id, s.id for update of s skip locked`,
  );
}

export interface ContactKey {
  readonly accountId: string;
  readonly channelId: string;
  readonly contactId: string;
}

/** Locks the latest session of each contact on its channel, open or closed. */
export async function loadLatestSessionsForUpdate(
  tx: Tx,
  contacts: readonly ContactKey[],
): Promise<LoadedSession[]> {
  const rows = await tx.query<LoadedRow>(
    `with latest as materialized (
       select k.account_id, l.id
       from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as k(account_id, channel_id, contact_id)
       cross join lateral (
         select s.id from sessions s
         where s.account_id = k.account_id and s.channel_id = k.channel_id
           and s.contact_id = k.contact_id
         order by s.opened_at desc, s.id desc limit 1
       ) l
     )
     ${SELECT_LOADED} from sessions s
     join latest on latest.account_id = s.account_id and latest.id = s.id
     ${CONTACT_OF_S} order by s.account_id, s.id for update of s`,
    [
      uuids(contacts.map((contact) => contact.accountId)),
      uuids(contacts.map((contact) => contact.channelId)),
      uuids(contacts.map((contact) => contact.contactId)),
    ],
  );
  return rows.map(parseLoaded);
}

/** The contact's newer sessions than this one: whether it is the latest, and who holds the newest. */
export async function readNewerSession(
  tx: Tx,
  session: StoredSession,
): Promise<{ readonly assignee: string | null } | null> {
  const [row] = await tx.query<{ assignee_id: string | null }>(
    `select assignee_id from sessions
     where account_id = $1 and channel_id = $2 and contact_id = $3 and (opened_at, id) > ($4, $5)
     order by opened_at desc, id desc limit 1`,
    [session.accountId, session.channelId, session.contactId, session.facts.openedAt, session.id],
  );
  return row === undefined ? null : { assignee: row.assignee_id };
}

function parseLoaded(row: LoadedRow): LoadedSession {
  return {
    ...parseSessionRow(row),
    channelKind: row.channel_kind,
    contact: {
      name: row.contact_name,
      tags: row.contact_tags,
      attributes: row.contact_attributes,
      ownerId: row.contact_owner,
      blocked: row.contact_blocked,
      named: row.contact_named,
    },
  };
}

function uuids(ids: readonly string[]): Buffer {
  return binaryArray("uuid", ids);
}
