import type { RoutedContact } from "@punctual/session";
import type { Queryable, Row } from "../platform/database.ts";

interface ContactRow extends Row {
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly owner_member_id: string | null;
  /** Of the latest session on the channel; null: they had none there. */
  readonly session_id: string | null;
  readonly channel_id: string | null;
  readonly is_open: boolean | null;
  readonly assignee_id: string | null;
  readonly previous_agent_id: string | null;
  readonly is_returning: boolean | null;
}

export interface FoundContact {
  /** As the rules see them when their next session opens. */
  readonly routed: RoutedContact;
  /** The session that is open now, which their next message joins instead. */
  readonly openSession: { readonly id: string; readonly assigneeId: string | null } | null;
}

/**
 * A contact as the rules see them. `null`: the account has no such contact, or no channel is given and
 * they never had a session.
 */
export async function readRoutedContact(
  read: Queryable,
  accountId: string,
  contact: { readonly id: string; readonly channelId?: string | undefined },
): Promise<FoundContact | null> {
  const [row] = await read.query<ContactRow>(CONTACT_SQL, [
    accountId,
    contact.id,
    contact.channelId ?? null,
  ]);
  const channelId = contact.channelId ?? row?.channel_id ?? null;
  if (row === undefined || channelId === null) return null;
  const open = row.is_open === true;
  return {
    routed: {
      channelId,
      tags: row.tags,
      attributes: row.attributes,
      returning: open ? row.is_returning === true : row.session_id !== null,
      previousAgent: open ? row.previous_agent_id : (row.assignee_id ?? row.previous_agent_id),
      owner: row.owner_member_id,
    },
    openSession:
      open && row.session_id !== null ? { id: row.session_id, assigneeId: row.assignee_id } : null,
  };
}

const CONTACT_SQL = `select c.tags, c.attributes, c.owner_member_id, s.id as session_id,
    s.channel_id, s.closed_at is null as is_open, s.assignee_id, s.previous_agent_id, s.is_returning
  from contacts c left join lateral (
    select * from sessions s
    where s.account_id = c.account_id and s.contact_id = c.id
      and s.channel_id in (select ch.id from channels ch where ch.account_id = c.account_id
        and ($3::uuid is null or ch.id = $3))
    order by s.opened_at desc, s.id desc limit 1
  ) s on true
  where c.account_id = $1 and c.id = $2`;
