import { sql } from "kysely";
import type { Queryable } from "../platform/database.ts";
import { type Page, pageOf, readCursor } from "./page.ts";
import { build, runQuery, runQueryForOne } from "./query-builder.ts";
import type { MessagesTable } from "./schema.ts";

/** A message with our id of the one that it quotes; `null`: none, or one that we don't have. */
export interface ReadMessage extends MessagesTable {
  readonly reply_to_id: string | null;
}

/** Which page of a session's rows is wanted. */
export interface PageOfSession {
  readonly accountId: string;
  readonly sessionId: string;
  readonly order: "oldest" | "newest";
  readonly cursor: string | undefined;
  readonly limit: number;
}

/** One page of a session's messages in commit order, or backwards. Throws `cursor_invalid`. */
export async function readMessages(
  read: Queryable,
  page: PageOfSession,
): Promise<Page<ReadMessage>> {
  const scope = `messages-${page.order}`;
  const after = readCursor(scope, page.cursor);
  let query = messageRows(page.accountId).where("m.session_id", "=", page.sessionId);
  if (after !== null) {
    query = query.where("m.seq", page.order === "oldest" ? ">" : "<", after.value);
  }
  const rows = await runQuery(
    read,
    query.orderBy("m.seq", page.order === "oldest" ? "asc" : "desc").limit(page.limit + 1),
  );
  return pageOf(rows, page.limit, scope, (row) => ({ value: row.seq, id: row.id }));
}

export async function readMessage(
  read: Queryable,
  accountId: string,
  messageId: string,
): Promise<ReadMessage | null> {
  return await runQueryForOne(read, messageRows(accountId).where("m.id", "=", messageId));
}

/** The provider's id of a message of this contact; `null`: there is none, or it has none yet. */
export async function readExternalId(
  read: Queryable,
  thread: { accountId: string; channelId: string; contactId: string },
  messageId: string,
): Promise<string | null> {
  const [row] = await read.query<{ external_id: string | null }>(
    `select external_id from messages
     where account_id = $1 and id = $2 and channel_id = $3 and contact_id = $4`,
    [thread.accountId, messageId, thread.channelId, thread.contactId],
  );
  return row?.external_id ?? null;
}

/** Everything but the provider's raw payload, which may be large and is for nobody's screen. */
const COLUMNS = [
  "m.account_id",
  "m.id",
  "m.seq",
  "m.session_id",
  "m.kind",
  "m.is_echo",
  "m.author_id",
  "m.content",
  "m.external_id",
  "m.reply_to",
  "m.at",
  "m.created_at",
  "m.wait_number",
  "m.delivery",
  "m.settled_at",
  "m.delivered_at",
  "m.read_at",
  "m.error_code",
  "m.error_message",
  "m.reaction",
  "m.edited_at",
  "m.deleted_at",
] as const;

/** Goes by the index of external ids, as 0007-external-ids.sql wants it. */
const QUOTED = sql<string | null>`(select q.id from messages q
  where (q.account_id = m.account_id) is true and q.channel_id = m.channel_id
    and q.external_id = m.reply_to)`;

function messageRows(accountId: string) {
  return build
    .selectFrom("messages as m")
    .select(COLUMNS)
    .select(QUOTED.as("reply_to_id"))
    .where("m.account_id", "=", accountId);
}
