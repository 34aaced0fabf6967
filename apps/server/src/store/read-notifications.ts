import { sql } from "kysely";
import type { Queryable } from "../platform/database.ts";
import { type Page, pageOf, readCursor } from "./page.ts";
import { build, runQuery } from "./query-builder.ts";
import type { NotificationsTable } from "./schema.ts";

const SCOPE = "notifications";

/** One page of a member's notifications, newest first. Throws `cursor_invalid`. */
export async function readNotifications(
  read: Queryable,
  accountId: string,
  memberId: string,
  page: { readonly cursor: string | undefined; readonly limit: number },
): Promise<Page<NotificationsTable>> {
  const after = readCursor(SCOPE, page.cursor);
  let query = build
    .selectFrom("notifications as n")
    .selectAll("n")
    .where("n.account_id", "=", accountId)
    .where("n.member_id", "=", memberId);
  if (after !== null) {
    query = query.where(
      sql<boolean>`(n.created_at, n.id) < (${after.value}::bigint, ${after.id}::uuid)`,
    );
  }
  const rows = await runQuery(
    read,
    query
      .orderBy("n.created_at", "desc")
      .orderBy("n.id", "desc")
      .limit(page.limit + 1),
  );
  return pageOf(rows, page.limit, SCOPE, (row) => ({ value: row.created_at, id: row.id }));
}
