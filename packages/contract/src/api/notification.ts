import { z } from "zod";
import { Cursor, Id, nextCursor, QueryFlag, Timestamp } from "./common.ts";

/** What members are told of; docs/alerts.md says whom, and when. */
export const NOTIFICATION_KINDS = [
  "assigned",
  "takenAway",
  "warning",
  "overdue",
  "nobodyEligible",
  "waitingForAgent",
  "exhausted",
  "mention",
  "invited",
  "sendFailed",
  "sendLate",
] as const;
export const NotificationKind = z.enum(NOTIFICATION_KINDS);
export type NotificationKind = z.infer<typeof NotificationKind>;

export const Notification = z
  .object({
    id: Id,
    sessionId: Id,
    /** One of `NOTIFICATION_KINDS`; pass over those you don't know. */
    kind: z.string(),
    waitNumber: z.int(),
    replyDueAt: Timestamp.nullable(),
    createdAt: Timestamp,
    readAt: Timestamp.nullable(),
    /** What it said no longer holds. */
    withdrawnAt: Timestamp.nullable(),
  })
  .meta({ id: "Notification" });
export type Notification = z.infer<typeof Notification>;

export const NotificationQuery = z.strictObject({
  /** Only those of this kind. */
  kind: NotificationKind.optional(),
  /** Only those that were read, or that were not. */
  read: QueryFlag.optional(),
  /** Only those that no longer hold, or that still do. */
  withdrawn: QueryFlag.optional(),
  cursor: Cursor.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type NotificationQuery = z.infer<typeof NotificationQuery>;

/** Not read and still true, among the newest 1,000 (`UNREAD_COUNTED`). */
const unread = z.int().min(0).describe("Unread ones that still hold, of your newest 1,000");
export const UNREAD_COUNTED = 1_000;

export const NotificationPage = z.object({
  notifications: z.array(Notification),
  nextCursor,
  unread,
});

export const NotificationParams = z.object({ notificationId: Id });
/** What is left after marking. */
export const Unread = z.object({ unread });
