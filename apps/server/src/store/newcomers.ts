import { newSession } from "@punctual/session";
import type { Row, Tx } from "../platform/database.ts";
import type { ContactKey, LoadedSession } from "./load-sessions.ts";

interface NewcomerRow extends Row {
  readonly account_id: string;
  readonly channel_id: string;
  readonly contact_id: string;
  readonly channel_kind: string;
  readonly business_name: string;
  readonly contact_name: string | null;
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly owner_member_id: string | null;
  readonly blocked: boolean;
}

const NO_DEADLINES = {
  wakeAt: null,
  closeAt: null,
  overdueAt: null,
  warnAt: null,
  reassignAt: null,
};

/** Contacts who have no session on the channel yet, each as the session they are about to open. */
export async function loadNewcomers(
  tx: Tx,
  contacts: readonly ContactKey[],
): Promise<LoadedSession[]> {
  if (contacts.length === 0) return [];
  const rows = await tx.query<NewcomerRow>(
    `select k.account_id, k.channel_id, k.contact_id, ch.kind as channel_kind,
       a.name as business_name, c.name as contact_name, c.tags, c.attributes, c.owner_member_id,
       c.blocked_at is not null as blocked
     from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as k(account_id, channel_id, contact_id)
     join accounts a on a.id = k.account_id
     join channels ch on ch.account_id = k.account_id and ch.id = k.channel_id
     join contacts c on c.account_id = k.account_id and c.id = k.contact_id`,
    [
      contacts.map((contact) => contact.accountId),
      contacts.map((contact) => contact.channelId),
      contacts.map((contact) => contact.contactId),
    ],
  );
  return rows.map(parseNewcomer);
}

function parseNewcomer(row: NewcomerRow): LoadedSession {
  return {
    accountId: row.account_id,
    id: "",
    channelId: row.channel_id,
    contactId: row.contact_id,
    facts: newSession(0, { account: 0, channel: null }, null),
    deadlines: NO_DEADLINES,
    returning: false,
    previousAgentId: null,
    lastMessageAt: 0,
    needsReview: false,
    parked: false,
    channelKind: row.channel_kind,
    contact: {
      name: row.contact_name,
      tags: row.tags,
      attributes: row.attributes,
      ownerId: row.owner_member_id,
      blocked: row.blocked,
    },
    assigneeName: null,
    businessName: row.business_name,
  };
}

/** The session that the contact opens next, after `last` (or a newcomer's empty place). */
export function nextSession(
  last: LoadedSession,
  next: { id: string; now: number; lastCustomerStamp: number | null },
): LoadedSession {
  const isFirst = last.id === "";
  return {
    ...last,
    id: next.id,
    facts: newSession(next.now, { account: 0, channel: null }, next.lastCustomerStamp),
    deadlines: NO_DEADLINES,
    returning: !isFirst,
    previousAgentId: isFirst ? null : (last.facts.assignee ?? last.previousAgentId),
    lastMessageAt: next.now,
    needsReview: false,
    parked: false,
    assigneeName: null,
  };
}
