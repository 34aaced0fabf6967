import type { Queryable } from "../platform/database.ts";
import { type Page, pageOf, readCursor } from "./page.ts";
import { build, runQuery } from "./query-builder.ts";
import type { TimelineTable } from "./schema.ts";

const SCOPE = "timeline";

/** One page of a session's timeline, newest first. Throws `cursor_invalid`. */
export async function readTimeline(
  read: Queryable,
  accountId: string,
  sessionId: string,
  page: { readonly cursor: string | undefined; readonly limit: number },
): Promise<Page<TimelineTable>> {
  const after = readCursor(SCOPE, page.cursor);
  let query = build
    .selectFrom("timeline as t")
    .selectAll("t")
    .where("t.account_id", "=", accountId)
    .where("t.session_id", "=", sessionId);
  if (after !== null) query = query.where("t.seq", "<", after.value);
  const rows = await runQuery(read, query.orderBy("t.seq", "desc").limit(page.limit + 1));
  return pageOf(rows, page.limit, SCOPE, (row) => ({ value: row.seq, id: row.session_id }));
}
