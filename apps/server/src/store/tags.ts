import type { Tag } from "@punctual/contract";
import type { Queryable, Row, Tx } from "../platform/database.ts";

interface TagRow extends Row, Tag {}

/** The business's tags, by name. */
export async function readTags(read: Queryable, accountId: string): Promise<Tag[]> {
  return await read.query<TagRow>(
    "select id, name, colour from tags where account_id = $1 order by lower(name)",
    [accountId],
  );
}

/** Writes a tag, new or changed. The caller holds the lock and knows that the name is free. */
export function upsertTag(tx: Tx, accountId: string, tag: Tag): void {
  tx.write(
    `insert into tags (account_id, id, name, colour, created_at)
     values ($1, $2, $3, $4, now_ms())
     on conflict (account_id, id) do update set name = excluded.name, colour = excluded.colour`,
    [accountId, tag.id, tag.name, tag.colour],
  );
}

/** Rows that one statement changes: a tag may be on more than its time limit lets it change. */
const AT_ONCE = 2_000;

/**
 * Contacts carry the name: they get the new one, or with `null` lose the tag. All in the given commit; the
 * caller holds the lock.
 */
export async function renameTagOfContacts(
  tx: Tx,
  of: { readonly accountId: string; readonly tag: Pick<Tag, "id" | "name"> },
  to: string | null,
  atOnce = AT_ONCE,
): Promise<void> {
  const { accountId, tag } = of;
  let after: string | undefined = NIL_ID;
  while (after !== undefined) {
    const params: unknown[] = [accountId, tag.id, tag.name, to, after, atOnce];
    const rows: { id: string }[] = await tx.query<{ id: string }>(RENAME_SQL, params);
    after =
      rows.length < atOnce
        ? undefined
        : rows
            .map((row) => row.id)
            .sort()
            .at(-1);
  }
}

const NIL_ID = "00000000-0000-0000-0000-000000000000";

/** In the order of their ids, as everybody locks contacts. */
const RENAME_SQL = `update contacts set tags = case when $4::text is null then array_remove(tags, $3)
    else array_replace(tags, $3, $4) end
  where account_id = $1 and id = any(array(
    select c.id from (
      select contact_id from contact_tags
      where account_id = $1 and tag_id = $2 and contact_id > $5::uuid
      order by contact_id limit $6
    ) tagged
    cross join lateral (
      select id from contacts where account_id = $1 and id = tagged.contact_id for update
    ) c))
  returning id`;

/** Takes a tag off every session and contact, and out of the catalogue. The caller holds the lock. */
export async function deleteTag(
  tx: Tx,
  accountId: string,
  tag: Pick<Tag, "id" | "name">,
): Promise<void> {
  await renameTagOfContacts(tx, { accountId, tag }, null);
  await takeOff(tx, TAKE_OFF_CONTACTS_SQL, accountId, tag.id);
  await takeOff(tx, TAKE_OFF_SESSIONS_SQL, accountId, tag.id);
  tx.write("delete from tags where account_id = $1 and id = $2", [accountId, tag.id]);
}

async function takeOff(tx: Tx, sql: string, accountId: string, tagId: string): Promise<void> {
  const params = [accountId, tagId, AT_ONCE];
  let deleted: number;
  do {
    deleted = (await tx.query(sql, params)).length;
  } while (deleted === AT_ONCE);
}

const TAKE_OFF_CONTACTS_SQL = `delete from contact_tags
  where account_id = $1 and tag_id = $2 and contact_id = any(array(
    select contact_id from contact_tags where account_id = $1 and tag_id = $2 limit $3))
  returning contact_id`;

const TAKE_OFF_SESSIONS_SQL = `delete from session_tags
  where account_id = $1 and tag_id = $2 and session_id = any(array(
    select session_id from session_tags where account_id = $1 and tag_id = $2 limit $3))
  returning session_id`;

/** A session's tags, by name. */
export async function readSessionTags(
  read: Queryable,
  { accountId, sessionId }: { readonly accountId: string; readonly sessionId: string },
): Promise<Tag[]> {
  return await read.query<TagRow>(
    `select t.id, t.name, t.colour from session_tags st
     join tags t on t.account_id = st.account_id and t.id = st.tag_id
     where st.account_id = $1 and st.session_id = $2 order by lower(t.name)`,
    [accountId, sessionId],
  );
}

/**
 * Makes these the session's tags; those it has stay as they were. The caller holds the session's lock, and
 * the catalogue's from before.
 */
export function replaceSessionTags(
  tx: Tx,
  of: { readonly accountId: string; readonly sessionId: string; readonly by: string },
  tagIds: readonly string[],
): void {
  tx.write(
    `delete from session_tags
     where account_id = $1 and session_id = $2 and tag_id <> all($3::uuid[])`,
    [of.accountId, of.sessionId, tagIds],
  );
  tx.write(
    `insert into session_tags (account_id, session_id, tag_id, added_by, added_at)
     select $1, $2, tag_id, $4, now_ms() from unnest($3::uuid[]) as given (tag_id)
     on conflict (account_id, session_id, tag_id) do nothing`,
    [of.accountId, of.sessionId, tagIds, of.by],
  );
}
