import type { Message } from "@punctual/contract";
import type { ReadMessage } from "../store/read-messages.ts";
import { timestamp } from "./timestamp.ts";

/** A row → a message as the API shows it. */
export function presentMessage(row: ReadMessage): Message {
  return {
    id: row.id,
    sessionId: row.session_id,
    kind: row.kind,
    authorId: row.author_id,
    isEcho: row.is_echo,
    content: row.content,
    replyTo: row.reply_to_id,
    replyToExternalId: row.reply_to,
    externalId: row.external_id,
    sentAt: timestamp(row.at),
    createdAt: timestamp(row.created_at),
    waitNumber: row.wait_number,
    delivery:
      row.delivery === null
        ? null
        : {
            state: row.delivery,
            settledAt: timestamp(row.settled_at),
            deliveredAt: timestamp(row.delivered_at),
            readAt: timestamp(row.read_at),
            error:
              row.error_code === null ? null : { code: row.error_code, message: row.error_message },
          },
    reaction: row.reaction,
    editedAt: timestamp(row.edited_at),
    deletedAt: timestamp(row.deleted_at),
  };
}
