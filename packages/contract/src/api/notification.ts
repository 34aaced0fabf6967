import { z } from "zod";
import { Id, nextCursor, Timestamp } from "./common.ts";

export const Notification = z
  .object({
    id: Id,
    sessionId: Id,
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

export const NotificationPage = z.object({ notifications: z.array(Notification), nextCursor });
