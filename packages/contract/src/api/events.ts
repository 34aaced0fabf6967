/**
 * Live events, `GET /api/v1/events`: what server and client say on the WebSocket (docs/events.md). The
 * server writes events by these types, and clients read them by the same.
 */
import { z } from "zod";
import { ApplyTo } from "../clock-settings.ts";
import { Id, Timestamp } from "./common.ts";
import { Member } from "./member.ts";
import { Message } from "./message.ts";
import { Notification } from "./notification.ts";
import { SessionContact, SessionPeople, SessionStateView } from "./session.ts";
import { Category, ClosingRequirements } from "./tag.ts";
import { Team } from "./team.ts";

const Empty = z.object({});
const OnlyId = z.object({ id: Id });

/** What one commit did to a session. */
const SessionNews = z.object({
  session: SessionStateView,
  /** Those that are new. */
  messages: z.array(Message),
  /** Kinds of the timeline's new entries. */
  acts: z.array(z.string()),
});

const OpenedSession = SessionStateView.extend({
  contact: SessionContact,
  channel: z.object({ id: Id, kind: z.string(), name: z.string() }),
});

const MessageChange = z.object({
  id: Id,
  sessionId: Id,
  delivery: Message.shape.delivery.unwrap().optional(),
  reaction: Message.shape.reaction.optional(),
  editedAt: Timestamp.optional(),
  deletedAt: Timestamp.optional(),
  content: Message.shape.content.optional(),
});

const SessionChange = SessionPeople.partial().extend({
  id: Id,
  tags: z.array(z.string()).optional(),
  category: Category.nullable().optional(),
});

/** Every type of event with its payload, and what it means. */
export const EventPayloads = {
  "session.opened": SessionNews.extend({ session: OpenedSession }).describe(
    "its state, with contact and channel; messages that are new; kinds of new timeline entries",
  ),
  "session.changed": SessionNews.describe(
    "its state, messages that are new, kinds of new timeline entries",
  ),
  "session.removed": OnlyId.extend({ assigneeId: Id.nullable() }).describe(
    "you don't see it any more; `assigneeId`: who holds it now",
  ),
  "session.updated": SessionChange.describe(
    "what changed of it besides its state: `supporters`, `followers`, `tags`, `category`",
  ),
  "timeline.added": OnlyId.extend({ acts: z.array(z.string()) }).describe(
    "kinds of new entries of a session's timeline, beside what its state brings",
  ),
  "session.read": OnlyId.extend({ unread: z.boolean() }).describe("sent to its member alone"),
  "session.parked": OnlyId.describe("the session could not be decided"),
  "message.updated": MessageChange.describe(
    "what changed of it: `delivery`, `reaction`, `editedAt` or `deletedAt`; of a note `content` too",
  ),
  "notification.created": Notification.describe("the notification; sent to its member alone"),
  "notification.read": z.object({ ids: z.array(Id) }).describe("sent to its member alone"),
  "notification.withdrawn": OnlyId.describe("sent to its member alone"),
  "member.updated": z
    .object({ member: Member.omit({ openSessions: true }) })
    .describe("without `openSessions`"),
  "team.created": z.object({ team: Team }),
  "team.updated": z.object({ team: Team }),
  "team.deleted": OnlyId.describe("sessions that were transferred to it are of no team now"),
  "access.changed": Empty.describe(
    "a login or token of yours ended, or your role changed; sent to its member alone",
  ),
  "settings.saved": z
    .object({ channelId: Id.nullable(), version: z.int(), applyTo: ApplyTo })
    .describe("`channelId` null: the business's"),
  "assignmentRules.updated": Empty.describe("load the rules again"),
  "businessHours.updated": Empty.describe("load them again"),
  "presenceSettings.updated": Empty.describe("load them again"),
  "account.updated": z.object({ name: z.string() }).describe("the business is called so now"),
  "contact.updated": OnlyId.describe("load the contact again"),
  "tags.updated": Empty.describe("load them again"),
  "categories.updated": Empty.describe("load them again"),
  "quickReplies.updated": Empty.describe("load them again"),
  "savedViews.updated": Empty.describe("load your views again; sent to its member alone"),
  "closingRequirements.updated": ClosingRequirements.describe(
    "what a person must leave behind to close",
  ),
  "channel.updated": OnlyId.describe("load the channels again"),
};

export type EventType = keyof typeof EventPayloads;
export type EventPayload<T extends EventType> = z.infer<(typeof EventPayloads)[T]>;

/** An event as it is written: its type and the payload that belongs to it. */
export type EventContent = {
  [T in EventType]: { readonly type: T; readonly payload: EventPayload<T> };
}[EventType];

/** An event as a client gets it. `at`: when it committed, epoch ms. */
export type LiveEvent = EventContent & {
  readonly id: number;
  readonly sessionId: string | null;
  readonly at: number;
};

/** Whether this version knows events of such a type; the others are news to come. */
export function isEventType(type: string): type is EventType {
  return Object.hasOwn(EventPayloads, type);
}

/** An event whose type and payload nobody has looked at yet. */
export const RawEvent = z.object({
  id: z.int(),
  type: z.string(),
  sessionId: Id.nullable(),
  at: z.int(),
  payload: z.unknown(),
});
export type RawEvent = z.infer<typeof RawEvent>;

/** `null`: of a type that this version doesn't know. Throws when the payload isn't the type's. */
export function parseLiveEvent(raw: RawEvent): LiveEvent | null {
  if (!isEventType(raw.type)) return null;
  const payload = EventPayloads[raw.type].parse(raw.payload);
  // The type has just chosen the schema, which no type of ours can express.
  return { ...raw, payload } as LiveEvent;
}

/** The server's clock as it speaks, epoch ms: a client's own may be wrong by minutes. */
const now = z.int();
/** Where to resume after a disconnect: `?cursor=`. */
const cursor = z.string();

/** What the server says. */
export const ServerSaying = z.discriminatedUnion("type", [
  /** First of all. */
  z.object({
    type: z.literal("hello"),
    cursor,
    memberId: Id,
    /** Members who are connected and *available*. */
    online: z.array(Id),
    now,
  }),
  /** What committed. Keep the cursor once it is applied; without one, keep the one you have. */
  z.object({
    type: z.literal("events"),
    events: z.array(RawEvent),
    now,
    cursor: cursor.optional(),
  }),
  /** Nothing for this client happened, but the log went on. */
  z.object({ type: z.literal("cursor"), cursor }),
  /** A colleague writes in a session, or no longer does: to be shown for six seconds. */
  z.object({ type: z.literal("typing"), sessionId: Id, memberId: Id, typing: z.boolean() }),
  /** Too much was missed, or the member sees other sessions than before: load afresh. */
  z.object({ type: z.literal("resync"), cursor }),
]);
export type ServerSaying = z.infer<typeof ServerSaying>;

/** What clients say; everything else is ignored. */
export const ClientSaying = z.discriminatedUnion("type", [
  /** Whether their member looks at the tab. */
  z.object({ type: z.literal("visible"), visible: z.boolean() }),
  /** That their member does something, at most every few seconds. */
  z.object({ type: z.literal("active") }),
  /** That their member writes a reply or a note there, at most every few seconds, or no longer does. */
  z.object({ type: z.literal("typing"), sessionId: Id, typing: z.boolean().default(true) }),
]);
export type ClientSaying = z.infer<typeof ClientSaying>;

/** Why the server closes a connection. After any but `notLoggedIn`: connect again with the cursor. */
export const EVENTS_CLOSE = {
  goingAway: 1001,
  notLoggedIn: 1008,
  failed: 1011,
  otherRole: 1012,
} as const;
