import type { Queryable, Row } from "../platform/database.ts";

/** What of a session decides who sees it. */
export interface SessionVisibility {
  readonly id: string;
  readonly channelId: string;
  readonly assigneeId: string | null;
  /** Supporters and followers, and who held it in the running wait. */
  readonly readerIds: readonly string[];
}

interface VisibilityRow extends Row {
  readonly id: string;
  readonly channel_id: string;
  readonly assignee_id: string | null;
  readonly holders: readonly string[];
  readonly people: readonly string[];
}

/** Of these sessions, as far as there are such in these accounts, who sees them. */
export async function readVisibilities(
  read: Queryable,
  keys: readonly { readonly accountId: string; readonly sessionId: string }[],
): Promise<SessionVisibility[]> {
  const rows = await read.query<VisibilityRow>(
    `select s.id, s.channel_id, s.assignee_id,
       case when s.closed_at is null then s.wait_holders else '[]' end as holders,
       array(select p.member_id::text from session_people p
         where p.account_id = s.account_id and p.session_id = s.id) as people
     from unnest($1::uuid[], $2::uuid[]) as k (account_id, id)
     join sessions s on s.account_id = k.account_id and s.id = k.id`,
    [keys.map((key) => key.accountId), keys.map((key) => key.sessionId)],
  );
  return rows.map((row) => ({
    id: row.id,
    channelId: row.channel_id,
    assigneeId: row.assignee_id,
    readerIds: [...row.people, ...row.holders],
  }));
}
