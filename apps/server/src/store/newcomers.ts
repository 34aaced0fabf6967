import type { Row, Tx } from "../platform/database.ts";
import type { ContactKey, LoadedSession } from "./load-sessions.ts";

interface NewcomerRow extends Row {
  readonly account_id: string;
  readonly channel_id: string;
  readonly contact_id: string;
  readonly channel_kind: string;
  readonly contact_name: string | null;
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly owner_member_id: string | null;
  readonly blocked: boolean;
  readonly named: boolean;
}

/** A contact who has no session on the channel yet, with what a decision about one looks at. */
export type Newcomer = ContactKey & Pick<LoadedSession, "channelKind" | "contact">;

/** Looked up by their whole keys: joined, all contacts of an account were once read for each (load-sessions.ts). */
const NEWCOMERS_SQL = `select k.account_id, k.channel_id, k.contact_id, ch.kind as channel_kind, c.*
  from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as k(account_id, channel_id, contact_id)
  cross join lateral (
    select kind from channels where account_id = k.account_id and id = k.channel_id limit 1
  ) ch
  cross join lateral (
    select name as contact_name, tags, attributes, owner_member_id, blocked_at is not null as blocked,
      named_by is not null as named
    from contacts where account_id = k.account_id and id = k.contact_id limit 1
  ) c`;

/** What decisions look at of contacts who have no session on the channel yet. */
export async function loadNewcomers(tx: Tx, contacts: readonly ContactKey[]): Promise<Newcomer[]> {
  if (contacts.length === 0) return [];
  const rows = await tx.query<NewcomerRow>(NEWCOMERS_SQL, [
    contacts.map((contact) => contact.accountId),
    contacts.map((contact) => contact.channelId),
    contacts.map((contact) => contact.contactId),
  ]);
  return rows.map(parseNewcomer);
}

function parseNewcomer(row: NewcomerRow): Newcomer {
  return {
    accountId: row.account_id,
    channelId: row.channel_id,
    contactId: row.contact_id,
    channelKind: row.channel_kind,
    contact: {
      name: row.contact_name,
      tags: row.tags,
      attributes: row.attributes,
      ownerId: row.owner_member_id,
      blocked: row.blocked,
      named: row.named,
    },
  };
}
