/**
 * Lists of sessions, in three steps: the skeleton (ids in order, from an index), the text search over
 * a bounded stretch of it, and the rows themselves.
 *
 * Orders are keyset orders: a cursor is the place of the last row seen, so that pages neither skip nor
 * repeat a row that stays where it is, however many come and go before it.
 */
import type { SessionSort } from "@punctual/contract";
import { sql } from "kysely";
import type { Queryable } from "../platform/database.ts";
import {
  likePattern,
  type Page,
  type Place,
  readCursor,
  scopeOfCursor,
  searchPage,
  writeCursor,
} from "./page.ts";
import { build, runQuery, runQueryForOne } from "./query-builder.ts";
import type { SessionsTable } from "./schema.ts";
import { lastWritten, type PreviewRow } from "./session-preview.ts";
import { isUnread } from "./session-reads.ts";
import { parseSessionRow, type StoredSession } from "./session-row.ts";
import { inSight, type Onlooker, type SightPart, sightPart } from "./visibility.ts";

/** A session with what its list entry shows of its contact and channel. */
export interface ListedSession extends SessionListRow {
  /** The same row as the machine sees it. */
  readonly stored: StoredSession;
}

interface SessionListRow extends SessionsTable, PreviewRow {
  readonly contact_name: string | null;
  readonly contact_phone: string | null;
  readonly contact_username: string | null;
  readonly contact_last_customer_stamp: number | null;
  readonly unread: boolean;
  readonly tag_names: string[];
  readonly category_name: string | null;
  readonly channel_kind: string;
  readonly channel_name: string;
  /** When the row was read, by the database's clock. */
  readonly read_at: number;
}

export interface SessionFilter {
  /** Only these: few enough to be looked up one by one. */
  readonly ids?: readonly string[] | undefined;
  readonly state: "open" | "closed" | "all";
  /** A member's id, `null` for nobody, `undefined` for any. */
  readonly assigneeId: string | null | undefined;
  readonly teamId?: string | undefined;
  /** Only those that this member supports or follows, or (`is` false) that they don't. */
  readonly joined?: { readonly by: string; readonly is: boolean } | undefined;
  readonly tagId?: string | undefined;
  readonly categoryId?: string | undefined;
  readonly needsReview?: boolean | undefined;
  readonly overdue: boolean | undefined;
  readonly dueSoon?: boolean | undefined;
  readonly channelId: string | undefined;
  readonly text: string | undefined;
  readonly parked: boolean | undefined;
  /** Only what this agent sees; `null`: everything. */
  readonly onlooker: Onlooker | null;
  /** Who looks at the list; `null`: nobody of the business. */
  readonly viewerId: string | null;
  readonly sort: SessionSort;
  readonly cursor: string | undefined;
  readonly limit: number;
}

/** For whom sessions are shown: what is unread differs. */
export interface Viewer {
  readonly accountId: string;
  /** `null`: nobody of the business. */
  readonly viewerId: string | null;
}

/** How many sessions one text search looks through: what bounds its time. */
const SEARCHED_SESSIONS = 2_000;

/** Sorts after every time; what the indexes of 0003-api.sql put in the place of a missing one. */
const NEVER = sql.lit(Number.MAX_SAFE_INTEGER);

/**
 * One page of the account's sessions. A text search looks through a bounded stretch of the order: its
 * page may be short or empty and still have a next one. Throws `cursor_invalid`.
 */
export async function readSessions(
  read: Queryable,
  accountId: string,
  filter: SessionFilter,
): Promise<Page<ListedSession>> {
  const { text } = filter;
  const find = (places: readonly SkeletonPlace[]) => search(read, accountId, places, text ?? "");
  const { places, last } = await searchPage(
    filter.limit,
    text === undefined ? null : { reach: SEARCHED_SESSIONS, find },
    (limit) => readSkeleton(read, accountId, filter, limit),
  );
  const rows = await readListedSessions(
    read,
    { accountId, viewerId: filter.viewerId },
    places.map((place) => place.id),
  );
  return { items: rows, next: last === null ? null : writeCursor(last.scope, last) };
}

/** One session, or `null` when the account has none of that id. */
export async function readSession(
  read: Queryable,
  viewer: Viewer,
  sessionId: string,
): Promise<ListedSession | null> {
  const row = await runQueryForOne(read, sessionRows(viewer).where("s.id", "=", sessionId));
  return row === null ? null : parseRow(row);
}

/** Part of a list: sessions of one state, in one order. */
interface Stretch {
  readonly state: SessionFilter["state"];
  readonly sort: SessionSort;
  /** What its cursors are bound to. */
  readonly scope: string;
}

interface SkeletonPlace extends Place {
  readonly scope: string;
}

/**
 * Closed sessions have neither a deadline nor a wait: they follow the open ones, newest first, so that
 * each stretch comes from an index.
 */
function stretchesOf({ state, sort, ids }: SessionFilter): Stretch[] {
  const stretch = (of: SessionFilter["state"], by: SessionSort): Stretch => ({
    state: of,
    sort: by,
    scope: `sessions-${state}-${sort}-${of}`,
  });
  if (ids !== undefined) return [stretch(state, sort)];
  if (state === "closed" || sort === "newest") return [stretch(state, "newest")];
  if (state === "open") return [stretch("open", sort)];
  return [stretch("open", sort), stretch("closed", "newest")];
}

async function readSkeleton(
  read: Queryable,
  accountId: string,
  filter: SessionFilter,
  limit: number,
): Promise<SkeletonPlace[]> {
  const stretches = stretchesOf(filter);
  const { cursor } = filter;
  const startScope = cursor === undefined ? undefined : scopeOfCursor(cursor);
  const start = Math.max(
    0,
    stretches.findIndex(({ scope }) => scope === startScope),
  );
  const places: SkeletonPlace[] = [];
  for (const [index, stretch] of stretches.entries()) {
    const missing = limit - places.length;
    if (index < start || missing === 0) continue;
    const after = index === start ? readCursor(stretch.scope, cursor) : null;
    const rows = await readInSight(read, { accountId, filter, stretch, after, limit: missing });
    places.push(...rows.map((row) => ({ ...row, scope: stretch.scope })));
  }
  return places;
}

interface StretchWanted {
  readonly accountId: string;
  readonly filter: SessionFilter;
  readonly stretch: Stretch;
  readonly after: Place | null;
  readonly limit: number;
}

/**
 * A stretch of what is asked for, merged from parts that each come from an index: of an agent's, what
 * they see for each reason.
 */
async function readInSight(read: Queryable, wanted: StretchWanted): Promise<Place[]> {
  const { stretch, limit } = wanted;
  const parts = await Promise.all(
    partsOf(wanted).map((sessions) => readStretch(read, sessions, stretch, wanted)),
  );
  const [first = [], ...others] = parts;
  if (others.length === 0) return first;
  const places = new Map(parts.flat().map((place) => [place.id, place]));
  const before = stretch.sort === "newest" ? -1 : 1;
  return [...places.values()].sort((a, b) => before * comparePlaces(a, b)).slice(0, limit);
}

function partsOf({ accountId, filter, stretch }: StretchWanted): ReturnType<typeof filtered>[] {
  const { onlooker, ids } = filter;
  if (ids !== undefined) {
    const named = filtered(accountId, filter, stretch);
    return [onlooker === null ? named : named.where(inSight(onlooker))];
  }
  return indexedStatesOf(stretch, filter).flatMap((state) => {
    const sessions = filtered(accountId, filter, { ...stretch, state });
    if (onlooker === null) return [sessions];
    return sightPartsOf({ ...filter, state }, onlooker).map((part) =>
      sessions.where(sightPart(part, onlooker)),
    );
  });
}

/** The indexes of what somebody holds, and of what an agent sees, have either open sessions or closed ones. */
function indexedStatesOf(
  { state }: Stretch,
  { onlooker, assigneeId }: SessionFilter,
): readonly SessionFilter["state"][] {
  const wholeAccount = onlooker === null && assigneeId === undefined;
  return state === "all" && !wholeAccount ? ["open", "closed"] : [state];
}

/** The parts of an agent's sight in which a filter can find anything. */
function sightPartsOf({ state, assigneeId }: SessionFilter, { memberId }: Onlooker): SightPart[] {
  if (assigneeId === memberId) return ["own"];
  const parts: SightPart[] = state === "closed" ? ["joined"] : ["joined", "handedOn"];
  if (assigneeId === undefined || assigneeId === null) parts.push("unassigned");
  if (assigneeId === undefined) parts.push("own");
  return parts;
}

function comparePlaces(a: Place, b: Place): number {
  if (a.value !== b.value) return a.value - b.value;
  return a.id < b.id ? -1 : 1;
}

async function readStretch(
  read: Queryable,
  sessions: ReturnType<typeof filtered>,
  { sort }: Stretch,
  { after, limit }: Pick<StretchWanted, "after" | "limit">,
): Promise<Place[]> {
  const value = sortValue(sort);
  const direction = sort === "newest" ? "desc" : "asc";
  let query = sessions.select(["s.id", value.as("value")]);
  if (after !== null) query = query.where(isAfter(sort, after));
  if (sort !== "newest") query = query.orderBy(value, direction);
  return await runQuery(read, query.orderBy("s.id", direction).limit(limit));
}

/**
 * What is overdue has its deadline behind it, and so comes before all that lie ahead. "Newest" goes by the
 * id alone, which grows with the time of opening.
 */
function sortValue(sort: SessionSort) {
  switch (sort) {
    case "nextDeadline":
      return sql<number>`coalesce(s.wait_overdue_since, s.next_due_at, ${NEVER})`;
    case "longestWaiting":
      return sql<number>`coalesce(s.wait_started_at, ${NEVER})`;
    case "newest":
      return sql<number>`0`;
  }
}

function isAfter(sort: SessionSort, { value, id }: Place) {
  if (sort === "newest") return sql<boolean>`s.id < ${id}::uuid`;
  return sql<boolean>`(${sortValue(sort)}, s.id) > (${value}::bigint, ${id}::uuid)`;
}

function filtered(accountId: string, filter: SessionFilter, { state }: Stretch) {
  let query = build.selectFrom("sessions as s").where("s.account_id", "=", accountId);
  if (filter.ids !== undefined) {
    query = query.where(sql<boolean>`s.id = any(${filter.ids}::uuid[])`);
  }
  if (state === "open") query = query.where("s.closed_at", "is", null);
  if (state === "closed") query = query.where("s.closed_at", "is not", null);
  if (filter.assigneeId === null) query = query.where("s.assignee_id", "is", null);
  else if (filter.assigneeId !== undefined) {
    query = query.where("s.assignee_id", "=", filter.assigneeId);
  }
  if (filter.channelId !== undefined) query = query.where("s.channel_id", "=", filter.channelId);
  if (filter.teamId !== undefined) query = query.where("s.team_id", "=", filter.teamId);
  if (filter.categoryId !== undefined) {
    query = query.where("s.category_id", "=", filter.categoryId);
  }
  if (filter.joined !== undefined) {
    const isJoined = sightPart("joined", { accountId, memberId: filter.joined.by });
    query = query.where(filter.joined.is ? isJoined : sql<boolean>`not ${isJoined}`);
  }
  if (filter.tagId !== undefined) query = query.where(hasTag(filter.tagId));
  if (filter.needsReview !== undefined) {
    // Written so that the index of those that need it can serve.
    query = query.where(
      filter.needsReview ? sql<boolean>`s.needs_review` : sql<boolean>`not s.needs_review`,
    );
  }
  if (filter.overdue !== undefined) {
    query = query.where("s.wait_overdue_since", filter.overdue ? "is not" : "is", null);
  }
  if (filter.dueSoon !== undefined) {
    query = query.where(
      filter.dueSoon ? sql<boolean>`${IS_DUE_SOON}` : sql<boolean>`not ${IS_DUE_SOON}`,
    );
  }
  if (filter.parked !== undefined) {
    query = query.where("s.parked_at", filter.parked ? "is not" : "is", null);
  }
  return query;
}

/** The clock warned, and the reply is not overdue. As the index of 0025-inbox.sql has it. */
const IS_DUE_SOON = sql.raw("(s.overdue_at is not null and s.warn_at is null)");

function hasTag(tagId: string) {
  return sql<boolean>`exists (select from session_tags st
    where st.account_id = s.account_id and st.session_id = s.id and st.tag_id = ${tagId}::uuid)`;
}

async function search(
  read: Queryable,
  accountId: string,
  places: readonly SkeletonPlace[],
  text: string,
): Promise<SkeletonPlace[]> {
  if (places.length === 0) return [];
  const hits = await read.query<{ id: string }>(SEARCH_SQL, [
    accountId,
    places.map((place) => place.id),
    likePattern(text),
  ]);
  const found = new Set(hits.map((hit) => hit.id));
  return places.filter((place) => found.has(place.id));
}

const SEARCH_SQL = `select s.id from sessions s
  join contacts c on c.account_id = s.account_id and c.id = s.contact_id
  where s.account_id = $1 and s.id = any($2::uuid[]) and (c.name ilike $3 or exists (
    select from messages m
    where m.account_id = s.account_id and m.session_id = s.id and m.deleted_at is null
      and (m.content->>'text' ilike $3 or m.content->>'caption' ilike $3)))`;

/** The sessions of these ids, in this order; those of another account are left out. */
export async function readListedSessions(
  read: Queryable,
  viewer: Viewer,
  ids: readonly string[],
): Promise<ListedSession[]> {
  if (ids.length === 0) return [];
  const rows = await runQuery(
    read,
    sessionRows(viewer).where(sql<boolean>`s.id = any(${ids}::uuid[])`),
  );
  const byId = new Map(rows.map((row) => [row.id, parseRow(row)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function parseRow(row: SessionListRow): ListedSession {
  return { ...row, stored: parseSessionRow({ ...row }) };
}

function sessionRows({ accountId, viewerId }: Viewer) {
  return build
    .selectFrom("sessions as s")
    .innerJoin("contacts as c", (join) =>
      join.onRef("c.account_id", "=", "s.account_id").onRef("c.id", "=", "s.contact_id"),
    )
    .innerJoin("channels as ch", (join) =>
      join.onRef("ch.account_id", "=", "s.account_id").onRef("ch.id", "=", "s.channel_id"),
    )
    .leftJoin("contact_identities as i", (join) =>
      join
        .onRef("i.account_id", "=", "s.account_id")
        .onRef("i.channel_id", "=", "s.channel_id")
        .onRef("i.contact_id", "=", "s.contact_id"),
    )
    .leftJoinLateral(lastWritten, (join) => join.onTrue())
    .selectAll("s")
    .selectAll("p")
    .select([
      "c.name as contact_name",
      "i.phone as contact_phone",
      "i.username as contact_username",
      "i.last_customer_stamp as contact_last_customer_stamp",
      isUnread(viewerId).as("unread"),
      sql<string[]>`array(select t.name from session_tags st
        join tags t on t.account_id = st.account_id and t.id = st.tag_id
        where st.account_id = s.account_id and st.session_id = s.id
        order by lower(t.name))`.as("tag_names"),
      sql<string | null>`(select name from categories
        where account_id = s.account_id and id = s.category_id)`.as("category_name"),
      "ch.kind as channel_kind",
      "ch.name as channel_name",
      sql<number>`now_ms()`.as("read_at"),
    ])
    .where("s.account_id", "=", accountId);
}
