import type { Tag } from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import type { ContactKey } from "./load-sessions.ts";

interface ContactId {
  readonly accountId: string;
  readonly contactId: string;
}

/** Locks a contact's own row; `null`: the account has none of that id. */
export async function lockContactRow(
  tx: Tx,
  { accountId, contactId }: ContactId,
): Promise<{ readonly attributes: Readonly<Record<string, string>> } | null> {
  const [row] = await tx.query<{ attributes: Record<string, string> }>(
    "select attributes from contacts where account_id = $1 and id = $2 for update",
    [accountId, contactId],
  );
  return row ?? null;
}

/** Whether one of these channels knows the contact. */
export async function contactIsOn(
  tx: Tx,
  { accountId, contactId }: ContactId,
  channelIds: readonly string[],
): Promise<boolean> {
  const rows = await tx.query(
    `select 1 from contact_identities
     where account_id = $1 and contact_id = $2 and channel_id = any($3::uuid[]) limit 1`,
    [accountId, contactId, channelIds],
  );
  return rows.length > 0;
}

/**
 * Whether the contact is blocked now. A block changes no session that is closed: whoever waited for such
 * a session's lock still sees the contact as it was before.
 */
export async function readBlocked(tx: Tx, { accountId, contactId }: ContactId): Promise<boolean> {
  const rows = await tx.query(
    "select 1 from contacts where account_id = $1 and id = $2 and blocked_at is not null",
    [accountId, contactId],
  );
  return rows.length > 0;
}

/** What the members' own changes write; the caller holds the contact's lock. */
export function writeContactAttributes(
  tx: Tx,
  { accountId, contactId }: ContactId,
  attributes: Readonly<Record<string, string>>,
): void {
  tx.write("update contacts set attributes = $3::json where account_id = $1 and id = $2", [
    accountId,
    contactId,
    JSON.stringify(attributes),
  ]);
}

/** A name that a member gave stays whatever the customer calls themself; `null` gives that back. */
export function writeContactName(
  tx: Tx,
  { accountId, contactId }: ContactId,
  name: string | null,
  by: string,
): void {
  tx.write(
    `update contacts set name = coalesce($3, name), named_by = case when $3::text is null then null
       else $4::uuid end
     where account_id = $1 and id = $2`,
    [accountId, contactId, name, by],
  );
}

export function writeContactOwner(
  tx: Tx,
  { accountId, contactId }: ContactId,
  ownerId: string | null,
): void {
  tx.write("update contacts set owner_member_id = $3 where account_id = $1 and id = $2", [
    accountId,
    contactId,
    ownerId,
  ]);
}

/** Makes these the contact's tags; the caller holds the catalogue's lock, too. */
export function writeContactTags(
  tx: Tx,
  { accountId, contactId }: ContactId,
  tags: readonly Tag[],
): void {
  const [names, ids] = [tags.map((tag) => tag.name), tags.map((tag) => tag.id)];
  tx.write("update contacts set tags = $3::text[] where account_id = $1 and id = $2", [
    accountId,
    contactId,
    names,
  ]);
  tx.write(
    `delete from contact_tags
     where account_id = $1 and contact_id = $2 and tag_id <> all($3::uuid[])`,
    [accountId, contactId, ids],
  );
  tx.write(
    `insert into contact_tags (account_id, contact_id, tag_id)
     select $1, $2, tag_id from unnest($3::uuid[]) as given (tag_id)
     on conflict (account_id, contact_id, tag_id) do nothing`,
    [accountId, contactId, ids],
  );
}

/**
 * Locks a contact as its messages do, on every channel that knows it: no message of theirs is taken in
 * before the commit. Gives its threads.
 */
export async function lockContactThreads(
  tx: Tx,
  { accountId, contactId }: ContactId,
): Promise<readonly ContactKey[]> {
  const rows = await tx.query<{ channel_id: string }>(
    `select i.channel_id from contact_identities i
     where i.account_id = $1 and i.contact_id = $2
       and i.channel_id = any(array(select id from channels where account_id = $1))
     order by i.account_id, i.channel_id, i.contact_id for update of i`,
    [accountId, contactId],
  );
  return rows.map((row) => ({ accountId, channelId: row.channel_id, contactId }));
}

/** The reason is kept with who and when; blocked again, the newest counts. */
export function writeBlock(
  tx: Tx,
  { accountId, contactId }: ContactId,
  block: { readonly by: string; readonly reason: string } | null,
): void {
  tx.write(
    `update contacts set blocked_at = case when $3::uuid is not null then now_ms() end,
       blocked_by = $3, blocked_reason = $4
     where account_id = $1 and id = $2`,
    [accountId, contactId, block?.by ?? null, block?.reason ?? null],
  );
}
