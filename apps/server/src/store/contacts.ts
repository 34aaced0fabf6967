import type { ContactIdentity } from "@punctual/channel-kit";
import type { Row, Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";

/** A customer on a channel, as the payload names them. */
export interface ContactOnChannel {
  readonly accountId: string;
  readonly channelId: string;
  readonly identity: ContactIdentity;
}

export interface KnownContact {
  readonly contactId: string;
  readonly lastCustomerStamp: number | null;
}

interface IdentityRow extends Row {
  readonly ordinal: number;
  readonly contact_id: string;
}

/**
 * Finds the contacts, by user id first and then by phone (channels.md A6); creates those that are new;
 * locks them all in one order. The lock puts everything about a contact in order, so that no message
 * can open a second session or be stored twice. Gives one contact per input, in the same order.
 */
export async function resolveContacts(
  tx: Tx,
  contacts: readonly ContactOnChannel[],
): Promise<KnownContact[]> {
  let found = await findContacts(tx, contacts);
  const missing = contacts.filter((_, index) => !found.has(index));
  if (missing.length > 0) {
    await lockNewcomers(tx, missing);
    found = await findContacts(tx, contacts);
    createContacts(
      tx,
      contacts.filter((_, index) => !found.has(index)),
    );
    found = await findContacts(tx, contacts);
  }
  const ids = contacts.map((_, index) => found.get(index));
  const locked = await lockContacts(tx, contacts, ids);
  noteIdentities(tx, contacts, ids);
  return ids.map((contactId) => {
    const contact = contactId === undefined ? undefined : locked.get(contactId);
    if (contact === undefined) throw new Error("a contact was not created");
    return contact;
  });
}

async function findContacts(
  tx: Tx,
  contacts: readonly ContactOnChannel[],
): Promise<Map<number, string>> {
  const rows = await tx.query<IdentityRow>(
    `select k.ordinal::int, found.contact_id
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])
       with ordinality as k(account_id, channel_id, user_id, phone, ordinal)
     cross join lateral (
       select contact_id, 0 as rank from contact_identities i
       where i.account_id = k.account_id and i.channel_id = k.channel_id
         and i.user_id = k.user_id
       union all
       select contact_id, 1 as rank from contact_identities i
       where i.account_id = k.account_id and i.channel_id = k.channel_id
         and i.phone = k.phone and (i.user_id is null or k.user_id is null)
       order by rank limit 1
     ) found`,
    [
      contacts.map((contact) => contact.accountId),
      contacts.map((contact) => contact.channelId),
      contacts.map((contact) => contact.identity.userId),
      contacts.map((contact) => contact.identity.phone),
    ],
  );
  return new Map(rows.map((row) => [row.ordinal - 1, row.contact_id]));
}

/** Two webhooks may bring the same newcomer at once; only one of them may create it. */
async function lockNewcomers(tx: Tx, contacts: readonly ContactOnChannel[]): Promise<void> {
  const keys = contacts.flatMap(({ channelId, identity }) =>
    [identity.userId, identity.phone].flatMap((id) => (id === null ? [] : `${channelId} ${id}`)),
  );
  await tx.query(
    `select pg_advisory_xact_lock(hashtextextended('contact:' || key, 0))
     from (select distinct key from unnest($1::text[]) as key order by key) as keys`,
    [keys],
  );
}

function createContacts(tx: Tx, contacts: readonly ContactOnChannel[]): void {
  const distinct = new Map<string, ContactOnChannel & { contactId: string }>();
  for (const contact of contacts) {
    const { identity, channelId } = contact;
    const key = `${channelId} ${identity.userId ?? ""} ${identity.userId === null ? identity.phone : ""}`;
    if (!distinct.has(key)) distinct.set(key, { ...contact, contactId: newId() });
  }
  const rows = [...distinct.values()];
  const accounts = rows.map((row) => row.accountId);
  const ids = rows.map((row) => row.contactId);
  tx.write(
    `insert into contacts (account_id, id, name, created_at)
     select account_id, id, name, now_ms()
     from unnest($1::uuid[], $2::uuid[], $3::text[]) as u(account_id, id, name)`,
    [accounts, ids, rows.map((row) => row.identity.name)],
  );
  tx.write(
    `insert into contact_identities
       (account_id, channel_id, contact_id, user_id, parent_user_id, phone, username)
     select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[],
       $7::text[])`,
    [
      accounts,
      rows.map((row) => row.channelId),
      ids,
      rows.map((row) => row.identity.userId),
      rows.map((row) => row.identity.parentUserId),
      rows.map((row) => row.identity.phone),
      rows.map((row) => row.identity.username),
    ],
  );
}

interface LockedRow extends Row {
  readonly contact_id: string;
  readonly last_customer_stamp: number | null;
}

async function lockContacts(
  tx: Tx,
  contacts: readonly ContactOnChannel[],
  ids: readonly (string | undefined)[],
): Promise<Map<string, KnownContact>> {
  const rows = await tx.query<LockedRow>(
    `select i.contact_id, i.last_customer_stamp from contact_identities i
     join (select distinct * from unnest($1::uuid[], $2::uuid[], $3::uuid[])
       as u(account_id, channel_id, contact_id)) k
       on k.account_id = i.account_id and k.channel_id = i.channel_id
       and k.contact_id = i.contact_id
     order by i.account_id, i.channel_id, i.contact_id for update of i`,
    [
      contacts.map((contact) => contact.accountId),
      contacts.map((contact) => contact.channelId),
      ids,
    ],
  );
  return new Map(
    rows.map((row) => [
      row.contact_id,
      { contactId: row.contact_id, lastCustomerStamp: row.last_customer_stamp },
    ]),
  );
}

/** Ids that this payload adds to what we knew: a phone that was hidden before, a new name. */
function noteIdentities(
  tx: Tx,
  contacts: readonly ContactOnChannel[],
  ids: readonly (string | undefined)[],
): void {
  const params = [
    contacts.map((contact) => contact.accountId),
    contacts.map((contact) => contact.channelId),
    ids,
    contacts.map((contact) => contact.identity.userId),
    contacts.map((contact) => contact.identity.phone),
    contacts.map((contact) => contact.identity.username),
    contacts.map((contact) => contact.identity.parentUserId),
  ];
  tx.write(
    `update contact_identities i set
       user_id = coalesce(i.user_id, u.user_id), phone = coalesce(u.phone, i.phone),
       username = coalesce(u.username, i.username),
       parent_user_id = coalesce(u.parent_user_id, i.parent_user_id)
     from (select distinct on (account_id, channel_id, contact_id) *
       from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[],
         $7::text[]) as r(account_id, channel_id, contact_id, user_id, phone, username,
         parent_user_id)) u
     where i.account_id = u.account_id and i.channel_id = u.channel_id
       and i.contact_id = u.contact_id
       and (i.user_id, i.phone, i.username, i.parent_user_id) is distinct from
         (coalesce(i.user_id, u.user_id), coalesce(u.phone, i.phone),
          coalesce(u.username, i.username), coalesce(u.parent_user_id, i.parent_user_id))`,
    params,
  );
  tx.write(
    `update contacts c set name = u.name
     from (select distinct on (account_id, id) * from unnest($1::uuid[], $2::uuid[], $3::text[])
       as r(account_id, id, name) where name is not null) u
     where c.account_id = u.account_id and c.id = u.id and c.name is distinct from u.name`,
    [params[0], params[2], contacts.map((contact) => contact.identity.name)],
  );
}

/** The window counts from the contact's latest message on this channel, across sessions. */
export function noteCustomerStamps(
  tx: Tx,
  stamps: readonly {
    accountId: string;
    channelId: string;
    contactId: string;
    stamp: number;
  }[],
): void {
  if (stamps.length === 0) return;
  tx.write(
    `update contact_identities i
     set last_customer_stamp = greatest(i.last_customer_stamp, u.stamp)
     from (select account_id, channel_id, contact_id, max(stamp) as stamp
       from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[])
         as r(account_id, channel_id, contact_id, stamp) group by 1, 2, 3) u
     where i.account_id = u.account_id and i.channel_id = u.channel_id
       and i.contact_id = u.contact_id`,
    [
      stamps.map((row) => row.accountId),
      stamps.map((row) => row.channelId),
      stamps.map((row) => row.contactId),
      stamps.map((row) => row.stamp),
    ],
  );
}

/** The customer's ids changed: the contact keeps its history under the new ones. */
export async function changeIdentity(
  tx: Tx,
  of: { accountId: string; channelId: string },
  previous: ContactIdentity,
  current: ContactIdentity,
): Promise<boolean> {
  const rows = await tx.query(
    `update contact_identities i set user_id = coalesce($5, i.user_id), phone = coalesce($6, i.phone),
       username = coalesce($7, i.username), parent_user_id = coalesce($8, i.parent_user_id)
     where i.account_id = $1 and i.channel_id = $2
       and (i.user_id = $3 or ($3::text is null and i.phone = $4))
       and not exists (select 1 from contact_identities o
         where o.account_id = $1 and o.channel_id = $2 and o.user_id = $5
           and o.contact_id <> i.contact_id)
     returning i.contact_id`,
    [
      of.accountId,
      of.channelId,
      previous.userId,
      previous.phone,
      current.userId,
      current.phone,
      current.username,
      current.parentUserId,
    ],
  );
  return rows.length > 0;
}
