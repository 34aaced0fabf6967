import { z } from "zod";
import { Id, nextCursor, PageQuery, QueryFlag, Timestamp } from "./common.ts";

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
  "newMessage",
  "sendFailed",
  "sendLate",
] as const;
export const NotificationKind = z.enum(NOTIFICATION_KINDS);
export type NotificationKind = z.infer<typeof NotificationKind>;

/** What a notification says, without whom it is about. */
export const NOTIFICATION_TEXTS: Readonly<
  Record<NotificationKind, { readonly title: string; readonly sentence: string }>
> = {
  assigned: { title: "New session", sentence: "This session was given to you." },
  takenAway: {
    title: "Session taken over",
    sentence: "This session was given to somebody else.",
  },
  warning: {
    title: "Reply due soon",
    sentence: "The customer waits, and the time to reply is nearly over.",
  },
  overdue: {
    title: "Reply overdue",
    sentence: "The customer waits, and the time to reply is over.",
  },
  nobodyEligible: {
    title: "Nobody for a customer",
    sentence: "The customer waits, and the rules find nobody who is free.",
  },
  waitingForAgent: {
    title: "Waiting for an agent",
    sentence: "The customer waits, and nobody else is free to take the session over.",
  },
  exhausted: {
    title: "Everybody was tried",
    sentence: "The customer waits, and everybody who could reply was tried.",
  },
  mention: { title: "You were mentioned", sentence: "A colleague named you in a note." },
  invited: {
    title: "You were asked to help",
    sentence: "A colleague asked you to help in this session.",
  },
  newMessage: {
    title: "New message",
    sentence: "The customer wrote in a session that you follow or help in.",
  },
  sendFailed: {
    title: "Message not delivered",
    sentence: "The provider refused a message for good.",
  },
  sendLate: {
    title: "Message still not sent",
    sentence: "The provider has not taken a message for some minutes.",
  },
};

export const Notification = z
  .object({
    id: Id,
    sessionId: Id,
    /** One of `NOTIFICATION_KINDS`; pass over those you don't know. */
    kind: z.string(),
    /** What happened, in a few words and in a sentence, also of kinds that you don't know. */
    title: z.string(),
    sentence: z.string(),
    contactName: z.string().nullable(),
    waitNumber: z.int(),
    replyDueAt: Timestamp.nullable(),
    createdAt: Timestamp,
    readAt: Timestamp.nullable(),
    /** What it said no longer holds. */
    withdrawnAt: Timestamp.nullable(),
  })
  .meta({ id: "Notification" });
export type Notification = z.infer<typeof Notification>;

export const NotificationQuery = PageQuery.extend({
  /** Only those of this kind. */
  kind: NotificationKind.optional(),
  /** Only those that were read, or that were not. */
  read: QueryFlag.optional(),
  /** Only those that no longer hold, or that still do. */
  withdrawn: QueryFlag.optional(),
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
/** Up to which notification, as they are listed; left out: all that there are by now. */
export const ReadNotificationsBody = z.strictObject({
  throughId: Id.optional().describe("The newest one that you saw"),
});
/** What is left after marking. */
export const Unread = z.object({ unread });
