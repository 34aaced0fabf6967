import { NOTIFICATION_TEXTS, type Notification } from "@punctual/contract";
import type { ListedNotification } from "../store/read-notifications.ts";
import { timestamp } from "./timestamp.ts";

export function presentNotification(row: ListedNotification): Notification {
  return {
    id: row.id,
    sessionId: row.session_id,
    kind: row.kind,
    ...NOTIFICATION_TEXTS[row.kind],
    contactName: row.contact_name,
    waitNumber: row.wait_number,
    replyDueAt: timestamp(row.reply_due_at),
    createdAt: timestamp(row.created_at),
    readAt: timestamp(row.read_at),
    withdrawnAt: timestamp(row.withdrawn_at),
  };
}
