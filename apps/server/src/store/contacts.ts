import type { ContactIdentity } from "@punctual/channel-kit";
import type { Row, Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { eventType } from "./account-events.ts";
import { RowSet, writeRows } from "./unnest.ts";

/** A customer on a channel, as the payload names them. */
export interface ContactOnChannel {
  readonly accountId: string;
  readonly channelId: string;
  readonly identity: ContactIdentity;
}

export interface KnownContact {
  readonly contactId: string;
  readonly lastCustomerStamp: number | null;
  /** Its ids there, with what the payloads of this batch add to them. */
  readonly now: Ids;
}

type Ids = Omit<ContactIdentity, "name">;

/** A contact of this batch: its row, and what payloads of the batch add to it. */
interface Found extends KnownContact {
  readonly accountId: string;
  readonly channelId: string;
  readonly stored: Ids;
  now: Ids;
}

/**
 * Finds the contacts, by user id first and then by phone (channels.md A6); creates those that are new;
 * locks them. The lock puts everything about a contact in order, so that no message can open a second
 * session or be stored twice. Gives one contact per input, in the same order.
 *
 * Those that exist are locked in one order. Newcomers come after them, behind a lock on their ids: who
 * loses the rare deadlock that this allows is run again.
 */
export async function resolveContacts(
  tx: Tx,
  contacts: readonly ContactOnChannel[],
): Promise<KnownContact[]> {
  const found = await lockContacts(tx, contacts);
  const missing = contacts.filter((contact) => !found.has(contact));
  if (missing.length > 0) {
    await lockNewcomers(tx, missing);
    for (const [contact, row] of await lockContacts(tx, missing)) found.set(contact, row);
    const created = createContacts(
      tx,
      missing.filter((contact) => !found.has(contact)),
    );
    for (const [contact, row] of created) found.set(contact, row);
  }
  for (const [contact, row] of found) row.now = withIds(row.now, contact.identity);
  noteIdentities(tx, new Set(found.values()));
  return contacts.map((contact) => required(found.get(contact)));
}

interface LockedRow extends Row {
  readonly account_id: string;
  readonly channel_id: string;
  readonly contact_id: string;
  readonly user_id: string | null;
  readonly parent_user_id: string | null;
  readonly phone: string | null;
  readonly username: string | null;
  readonly last_customer_stamp: number | null;
  /** Which of the contacts asked for it is, from 1. */
  readonly ordinals: readonly number[];
}

const NAMED = new RowSet<ContactOnChannel & { readonly ordinal: number }>([
  { name: "account_id", type: "uuid", of: (row) => row.accountId },
  { name: "channel_id", type: "uuid", of: (row) => row.channelId },
  { name: "user_id", type: "text", of: (row) => row.identity.userId },
  { name: "phone", type: "text", of: (row) => row.identity.phone },
  { name: "ordinal", type: "integer", of: (row) => row.ordinal },
]);

const LOCK_CONTACTS_SQL = `select i.account_id, i.channel_id, i.contact_id, i.user_id,
    i.parent_user_id, i.phone, i.username, i.last_customer_stamp, k.ordinals
  from (
    select u.account_id, u.channel_id, found.contact_id, array_agg(u.ordinal) as ordinals
    from ${NAMED.unnest} as u(${NAMED.names})
    cross join lateral (
      select contact_id, 0 as rank from contact_identities i
      where i.account_id = u.account_id and i.channel_id = u.channel_id
        and i.user_id = u.user_id
      union all
      select contact_id, 1 as rank from contact_identities i
      where i.account_id = u.account_id and i.channel_id = u.channel_id
        and i.phone = u.phone and (i.user_id is null or u.user_id is null)
      order by rank limit 1
    ) found
    group by u.account_id, u.channel_id, found.contact_id
  ) k
  join contact_identities i on i.account_id = k.account_id and i.channel_id = k.channel_id
    and i.contact_id = k.contact_id
  order by i.account_id, i.channel_id, i.contact_id for update of i`;

async function lockContacts(
  tx: Tx,
  contacts: readonly ContactOnChannel[],
): Promise<Map<ContactOnChannel, Found>> {
  const named = contacts.map((contact, index) => ({ ...contact, ordinal: index }));
  const rows = await tx.query<LockedRow>(LOCK_CONTACTS_SQL, NAMED.params(named));
  const found = new Map<ContactOnChannel, Found>();
  for (const row of rows) {
    const contact = parseContact(row);
    for (const ordinal of row.ordinals) found.set(required(contacts[ordinal]), contact);
  }
  return found;
}

function parseContact(row: LockedRow): Found {
  const stored = {
    userId: row.user_id,
    parentUserId: row.parent_user_id,
    phone: row.phone,
    username: row.username,
  };
  return {
    accountId: row.account_id,
    channelId: row.channel_id,
    contactId: row.contact_id,
    lastCustomerStamp: row.last_customer_stamp,
    stored,
    now: stored,
  };
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

interface Newcomer extends Found {
  readonly name: string | null;
}

/** Creates a contact for each, and one for several payloads that name the same. */
function createContacts(
  tx: Tx,
  contacts: readonly ContactOnChannel[],
): Map<ContactOnChannel, Newcomer> {
  const created = new Map<ContactOnChannel, Newcomer>();
  const byUserId = new Map<string, Newcomer>();
  const byPhone = new Map<string, Newcomer>();
  for (const contact of contacts) {
    const { accountId, channelId, identity } = contact;
    const { name, ...ids } = identity;
    const known = byUserId.get(`${channelId} ${ids.userId}`);
    const caller = byPhone.get(`${channelId} ${ids.phone}`);
    const same = known ?? (mayBeSame(caller?.now, ids) ? caller : undefined);
    const newcomer = same ?? {
      ...{ accountId, channelId, contactId: newId(), lastCustomerStamp: null, name },
      ...{ stored: ids, now: ids },
    };
    newcomer.now = withIds(newcomer.now, ids);
    if (newcomer.now.userId !== null) byUserId.set(`${channelId} ${newcomer.now.userId}`, newcomer);
    if (newcomer.now.phone !== null) byPhone.set(`${channelId} ${newcomer.now.phone}`, newcomer);
    created.set(contact, newcomer);
  }
  const rows = [...new Set(created.values())];
  writeRows(tx, rows, NEWCOMERS, NEWCOMERS_SQL);
  writeRows(tx, rows, NEW_IDENTITIES, NEW_IDENTITIES.insertSql("contact_identities"));
  return created;
}

/** A phone number tells who it is unless both sides have user ids. */
function mayBeSame(known: Ids | undefined, ids: Ids): boolean {
  return known !== undefined && (known.userId === null || ids.userId === null);
}

const NEWCOMERS = new RowSet<Newcomer>([
  { name: "account_id", type: "uuid", of: (row) => row.accountId },
  { name: "id", type: "uuid", of: (row) => row.contactId },
  { name: "name", type: "text", of: (row) => row.name },
]);
const NEWCOMERS_SQL = `insert into contacts (${NEWCOMERS.names}, created_at)
  select *, now_ms() from ${NEWCOMERS.unnest}`;

const NEW_IDENTITIES = new RowSet<Newcomer>([
  { name: "account_id", type: "uuid", of: (row) => row.accountId },
  { name: "channel_id", type: "uuid", of: (row) => row.channelId },
  { name: "contact_id", type: "uuid", of: (row) => row.contactId },
  { name: "user_id", type: "text", of: (row) => row.stored.userId },
  { name: "parent_user_id", type: "text", of: (row) => row.stored.parentUserId },
  { name: "phone", type: "text", of: (row) => row.stored.phone },
  { name: "username", type: "text", of: (row) => row.stored.username },
]);

/** A user id stays; of everything else the newest that was told counts. */
function withIds(known: Ids, told: Ids): Ids {
  return {
    userId: known.userId ?? told.userId,
    parentUserId: told.parentUserId ?? known.parentUserId,
    phone: told.phone ?? known.phone,
    username: told.username ?? known.username,
  };
}

const IDENTITIES = new RowSet<Found>([
  { name: "account_id", type: "uuid", of: (row) => row.accountId },
  { name: "channel_id", type: "uuid", of: (row) => row.channelId },
  { name: "contact_id", type: "uuid", of: (row) => row.contactId },
  { name: "user_id", type: "text", of: (row) => row.now.userId },
  { name: "parent_user_id", type: "text", of: (row) => row.now.parentUserId },
  { name: "phone", type: "text", of: (row) => row.now.phone },
  { name: "username", type: "text", of: (row) => row.now.username },
]);
const IDENTITIES_SQL = IDENTITIES.updateSql("contact_identities", [
  "account_id",
  "channel_id",
  "contact_id",
]);

/** Ids that these payloads add to what we knew, such as a phone that was hidden before. */
function noteIdentities(tx: Tx, contacts: ReadonlySet<Found>): void {
  const changed = [...contacts].filter(({ stored, now }) => !sameIds(stored, now));
  writeRows(tx, changed, IDENTITIES, IDENTITIES_SQL);
}

function sameIds(a: Ids, b: Ids): boolean {
  return (
    a.userId === b.userId &&
    a.parentUserId === b.parentUserId &&
    a.phone === b.phone &&
    a.username === b.username
  );
}

export interface ContactName {
  readonly accountId: string;
  readonly contactId: string;
  readonly name: string;
}

const NAMES = new RowSet<ContactName>([
  { name: "account_id", type: "uuid", of: (row) => row.accountId },
  { name: "id", type: "uuid", of: (row) => row.contactId },
  { name: "name", type: "text", of: (row) => row.name },
]);
const NAMES_SQL = `with renamed as (
    ${NAMES.updateSql("contacts", ["account_id", "id"])} and t.named_by is null
    returning t.account_id, t.id
  )
  insert into events (account_id, type, at, payload)
  select account_id, ${eventType("contact.updated")}, now_ms(), json_build_object('id', id)::text from renamed`;

/** Names that customers gave themselves; one for each contact. */
export function noteNames(tx: Tx, names: readonly ContactName[]): void {
  writeRows(tx, names, NAMES, NAMES_SQL);
}

export interface CustomerStamp {
  readonly accountId: string;
  readonly channelId: string;
  readonly contactId: string;
  /** The provider's, epoch ms. */
  readonly stamp: number;
}

const STAMPS = new RowSet<CustomerStamp>([
  { name: "account_id", type: "uuid", of: (row) => row.accountId },
  { name: "channel_id", type: "uuid", of: (row) => row.channelId },
  { name: "contact_id", type: "uuid", of: (row) => row.contactId },
  { name: "stamp", type: "bigint", of: (row) => row.stamp },
]);
const STAMPS_SQL = `update contact_identities i
  set last_customer_stamp = greatest(i.last_customer_stamp, u.stamp)
  from ${STAMPS.unnest} as u(${STAMPS.names})
  where i.account_id = u.account_id and i.channel_id = u.channel_id
    and i.contact_id = u.contact_id`;

/** The window counts from the contact's latest message on this channel, across sessions. */
export function noteCustomerStamps(tx: Tx, stamps: readonly CustomerStamp[]): void {
  const latest = new Map<string, CustomerStamp>();
  for (const each of stamps) {
    const key = `${each.channelId} ${each.contactId}`;
    if (each.stamp > (latest.get(key)?.stamp ?? -1)) latest.set(key, each);
  }
  writeRows(tx, [...latest.values()], STAMPS, STAMPS_SQL);
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

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a contact was not created");
  return value;
}
