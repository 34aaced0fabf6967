import { type NotificationKind, UNREAD_COUNTED } from "@punctual/contract";
import { sql } from "kysely";
import type { Queryable } from "../platform/database.ts";
import type { Reader } from "./mark-notifications.ts";
import { type Page, pageOf, readCursor } from "./page.ts";
import { build, runQuery } from "./query-builder.ts";
import type { NotificationsTable } from "./schema.ts";

const SCOPE = "notifications";

/** A notification with the name of the contact whom it is about. */
export interface ListedNotification extends NotificationsTable {
  readonly contact_name: string | null;
}

export interface NotificationFilter {
  readonly kind?: NotificationKind | undefined;
  /** `true`: only those that were read; `false`: only those that were not. */
  readonly read?: boolean | undefined;
  /** `true`: only those that no longer hold; `false`: only those that still do. */
  readonly withdrawn?: boolean | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** One page of a member's notifications, newest first. Throws `cursor_invalid`. */
export async function readNotifications(
  read: Queryable,
  { accountId, memberId }: Reader,
  filter: NotificationFilter,
): Promise<Page<ListedNotification>> {
  const after = readCursor(SCOPE, filter.cursor);
  let query = build
    .selectFrom("notifications as n")
    .selectAll("n")
    .select(
      sql<string | null>`(select c.name from sessions s
        join contacts c on c.account_id = s.account_id and c.id = s.contact_id
        where s.account_id = n.account_id and s.id = n.session_id)`.as("contact_name"),
    )
    .where("n.account_id", "=", accountId)
    .where("n.member_id", "=", memberId);
  if (after !== null) {
    query = query.where(
      sql<boolean>`(n.created_at, n.id) < (${after.value}::bigint, ${after.id}::uuid)`,
    );
  }
  if (filter.kind !== undefined) query = query.where("n.kind", "=", filter.kind);
  if (filter.read !== undefined) query = query.where("n.read_at", isSet(filter.read), null);
  if (filter.withdrawn !== undefined) {
    query = query.where("n.withdrawn_at", isSet(filter.withdrawn), null);
  }
  const rows = await runQuery(
    read,
    query
      .orderBy("n.created_at", "desc")
      .orderBy("n.id", "desc")
      .limit(filter.limit + 1),
  );
  return pageOf(rows, filter.limit, SCOPE, (row) => ({ value: row.created_at, id: row.id }));
}

function isSet(set: boolean): "is" | "is not" {
  return set ? "is not" : "is";
}

/** How many of a member's newest notifications are unread and still hold. */
export async function countUnread(
  read: Queryable,
  { accountId, memberId }: Reader,
): Promise<number> {
  const [row] = await read.query<{ n: number }>(UNREAD_SQL, [accountId, memberId]);
  return row?.n ?? 0;
}

/** Without an index of unread ones, which every withdrawal would have to keep up. */
const UNREAD_SQL = `select count(*) as n from (
    select read_at, withdrawn_at from notifications
    where account_id = $1 and member_id = $2 order by created_at desc limit ${UNREAD_COUNTED}
  ) newest where read_at is null and withdrawn_at is null`;
