import type { Notification } from "@punctual/contract";
import type { NotificationsTable } from "../store/schema.ts";
import { timestamp } from "./timestamp.ts";

export function presentNotification(row: NotificationsTable): Notification {
  return {
    id: row.id,
    sessionId: row.session_id,
    kind: row.kind,
    waitNumber: row.wait_number,
    replyDueAt: timestamp(row.reply_due_at),
    createdAt: timestamp(row.created_at),
    readAt: timestamp(row.read_at),
    withdrawnAt: timestamp(row.withdrawn_at),
  };
}
