import type { MessageContent } from "@punctual/contract";
import type { Queryable, Tx } from "../platform/database.ts";
import { eventType } from "./account-events.ts";

export type NoteContent = Extract<MessageContent, { type: "text" }>;

export interface NoteKey {
  readonly accountId: string;
  readonly sessionId: string;
  readonly messageId: string;
}

/** A note of the session that was not deleted; `null`: there is none of that id. */
export async function readNote(
  read: Queryable,
  { accountId, sessionId, messageId }: NoteKey,
): Promise<{ readonly authorId: string | null } | null> {
  const [row] = await read.query<{ author_id: string | null }>(
    `select author_id from messages
     where account_id = $1 and session_id = $2 and id = $3 and kind = 'note' and deleted_at is null`,
    [accountId, sessionId, messageId],
  );
  return row === undefined ? null : { authorId: row.author_id };
}

/** The caller holds the session's lock. Told over the event log. */
export function rewriteNote(tx: Tx, key: NoteKey, content: NoteContent): void {
  markNote(tx, key, content, "edited_at", "editedAt");
}

/** What it said goes for good; that there was a note stays. Told over the event log. */
export function deleteNote(tx: Tx, key: NoteKey): void {
  markNote(tx, key, { type: "text", text: "" }, "deleted_at", "deletedAt");
}

function markNote(
  tx: Tx,
  { accountId, sessionId, messageId }: NoteKey,
  content: NoteContent,
  column: "edited_at" | "deleted_at",
  name: "editedAt" | "deletedAt",
): void {
  tx.write(
    `with marked as (
       update messages set content = $4::json, ${column} = now_ms()
       where account_id = $1 and session_id = $2 and id = $3 and kind = 'note'
       returning account_id, session_id, id, content, ${column} as at
     )
     insert into events (account_id, type, session_id, at, payload)
     select account_id, ${eventType("message.updated")}, session_id, at,
       json_build_object('id', id, 'sessionId', session_id, 'content', content,
         '${name}', iso_time(at)) from marked`,
    [accountId, sessionId, messageId, JSON.stringify(content)],
  );
}
