/** Contacts as people look at them; what messages do to contacts is in `contacts.ts`. */
import { sql } from "kysely";
import type { Queryable, Row } from "../platform/database.ts";
import { likePattern, type Page, readCursor, searchPage, writeCursor } from "./page.ts";
import { build, runQuery } from "./query-builder.ts";

export interface ContactRow extends Row {
  readonly id: string;
  readonly name: string | null;
  readonly owner_member_id: string | null;
  readonly tags: string[];
  readonly attributes: Record<string, string>;
  readonly blocked_at: number | null;
  readonly blocked_by: string | null;
  readonly blocked_reason: string | null;
  readonly created_at: number;
  readonly identities: {
    readonly channelId: string;
    readonly userId: string | null;
    readonly phone: string | null;
    readonly username: string | null;
    readonly lastWroteAt: number | null;
  }[];
}

export interface ContactFilter {
  readonly text: string | undefined;
  readonly tag: string | undefined;
  readonly ownerId: string | undefined;
  readonly blocked: boolean | undefined;
  /** Only contacts on these channels; `null`: on any. */
  readonly channelIds: readonly string[] | null;
  readonly cursor: string | undefined;
  readonly limit: number;
}

/** How many contacts one text search looks through: what bounds its time. */
const SEARCHED_CONTACTS = 5_000;
const SCOPE = "contacts";

/**
 * One page of the account's contacts, newest first. A text search looks through a bounded stretch: its
 * page may be short or empty and still have a next one. Throws `cursor_invalid`.
 */
export async function readContacts(
  read: Queryable,
  accountId: string,
  filter: ContactFilter,
): Promise<Page<ContactRow>> {
  const find = (ids: readonly string[]) => search(read, accountId, filter, ids);
  const { places: ids, last } = await searchPage(
    filter.limit,
    filter.text === undefined ? null : { reach: SEARCHED_CONTACTS, find },
    (limit) => readSkeleton(read, accountId, filter, limit),
  );
  const items = await readContactRows(read, accountId, ids, filter.channelIds);
  return { items, next: last === null ? null : writeCursor(SCOPE, { value: 0, id: last }) };
}

/**
 * One contact as these channels know it; `null`: the account has none of that id, or none on them.
 * @param channelIds `null`: on any channel.
 */
export async function readContact(
  read: Queryable,
  accountId: string,
  contactId: string,
  channelIds: readonly string[] | null,
): Promise<ContactRow | null> {
  const [row] = await readContactRows(read, accountId, [contactId], channelIds);
  if (row === undefined || channelIds === null) return row ?? null;
  return row.identities.length > 0 ? row : null;
}

/** Ids in order; of a tag, from its contacts; with a limit, from what each channel knows, merged: no contact of others is looked at. */
async function readSkeleton(
  read: Queryable,
  accountId: string,
  filter: ContactFilter,
  limit: number,
): Promise<string[]> {
  const after = readCursor(SCOPE, filter.cursor)?.id ?? null;
  const { channelIds, tag } = filter;
  if (tag !== undefined) return await readTagged(read, accountId, { ...filter, tag }, after, limit);
  const matching = matches(filter);
  if (channelIds === null) {
    let query = build
      .selectFrom("contacts as c")
      .select("c.id")
      .where("c.account_id", "=", accountId)
      .where(matching);
    if (after !== null) query = query.where("c.id", "<", after);
    const rows = await runQuery(read, query.orderBy("c.id", "desc").limit(limit));
    return rows.map((row) => row.id);
  }
  const parts = await Promise.all(
    channelIds.map(async (channelId) => {
      let query = build
        .selectFrom("contact_identities as i")
        .innerJoin("contacts as c", (join) =>
          join.onRef("c.account_id", "=", "i.account_id").onRef("c.id", "=", "i.contact_id"),
        )
        .select("i.contact_id as id")
        .where("i.account_id", "=", accountId)
        .where("i.channel_id", "=", channelId)
        .where(matching);
      if (after !== null) query = query.where("i.contact_id", "<", after);
      return await runQuery(read, query.orderBy("i.contact_id", "desc").limit(limit));
    }),
  );
  const ids = new Set(parts.flat().map((row) => row.id));
  return [...ids].sort().reverse().slice(0, limit);
}

async function readTagged(
  read: Queryable,
  accountId: string,
  { tag, ownerId, blocked, channelIds }: ContactFilter,
  after: string | null,
  limit: number,
): Promise<string[]> {
  const params = [accountId, tag, ownerId ?? null, blocked ?? null, channelIds, after, limit];
  const rows = await read.query<{ id: string }>(TAGGED_SQL, params);
  return rows.map((row) => row.id);
}

/** Each contact is looked up by its whole key: a join might begin with all contacts. */
const TAGGED_SQL = `select tagged.contact_id as id
  from (
    select ct.contact_id from contact_tags ct
    where ct.account_id = $1
      and ct.tag_id = $2::uuid
      and ($6::uuid is null or ct.contact_id < $6)
    order by ct.contact_id desc offset 0
  ) tagged
  cross join lateral (
    select from contacts c
    where c.account_id = $1 and c.id = tagged.contact_id
      and ($3::uuid is null or c.owner_member_id = $3)
      and ($4::boolean is null or (c.blocked_at is not null) = $4)
      and ($5::uuid[] is null or exists (
        select from unnest($5::uuid[]) as ch (id)
        cross join lateral (
          select from contact_identities i
          where i.account_id = $1 and i.channel_id = ch.id and i.contact_id = c.id limit 1
        ) i))
    limit 1
  ) asked
  order by tagged.contact_id desc limit $7`;

/** Whether the contact in row `c` is asked for, whatever its channels and tags. */
function matches({ ownerId, blocked }: ContactFilter) {
  const isBlocked = sql<boolean>`c.blocked_at is not null`;
  const asked = [
    ownerId === undefined ? [] : [sql<boolean>`c.owner_member_id = ${ownerId}::uuid`],
    blocked === undefined ? [] : [blocked ? isBlocked : sql<boolean>`c.blocked_at is null`],
  ].flat();
  return asked.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(asked, sql` and `)}`;
}

async function search(
  read: Queryable,
  accountId: string,
  { text = "", channelIds }: Pick<ContactFilter, "text" | "channelIds">,
  ids: readonly string[],
): Promise<string[]> {
  const params = [accountId, ids, likePattern(text), channelIds];
  const hits = await read.query<{ id: string }>(SEARCH_SQL, params);
  const found = new Set(hits.map((hit) => hit.id));
  return ids.filter((id) => found.has(id));
}

const SEARCH_SQL = `select c.id from contacts c
  where c.account_id = $1 and c.id = any($2::uuid[]) and (c.name ilike $3 or exists (
    select from channels ch
    join contact_identities i on i.account_id = ch.account_id and i.channel_id = ch.id
    where ch.account_id = c.account_id and i.contact_id = c.id
      and ($4::uuid[] is null or ch.id = any($4)) and (i.phone ilike $3 or i.username ilike $3)))`;

async function readContactRows(
  read: Queryable,
  accountId: string,
  ids: readonly string[],
  channelIds: readonly string[] | null,
): Promise<ContactRow[]> {
  if (ids.length === 0) return [];
  const rows = await read.query<ContactRow>(CONTACTS_SQL, [accountId, ids, channelIds]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

const CONTACTS_SQL = `select c.id, c.name, c.owner_member_id, c.tags, c.attributes, c.blocked_at,
    c.blocked_by, c.blocked_reason, c.created_at, coalesce((
      select json_agg(json_build_object('channelId', i.channel_id, 'userId', i.user_id,
        'phone', i.phone, 'username', i.username, 'lastWroteAt', i.last_customer_stamp)
        order by i.channel_id)
      from channels ch
      join contact_identities i on i.account_id = ch.account_id and i.channel_id = ch.id
      where ch.account_id = c.account_id and i.contact_id = c.id
        and ($3::uuid[] is null or ch.id = any($3))), '[]') as identities
  from contacts c where c.account_id = $1 and c.id = any($2::uuid[])`;
