import { z } from "zod";
import { DeliveryState, MessageKind } from "../message.ts";
import { SessionAct } from "../permissions.ts";
import {
  Id,
  nextCursor,
  PageQuery,
  QueryFlag,
  SessionParams,
  Timestamp,
  TimestampInput,
} from "./common.ts";
import { NoteBody } from "./message.ts";
import { Category, TagNames } from "./tag.ts";

const SettingsVersions = z.object({ account: z.int(), channel: z.int().nullable() });

/** What the clock will do next, and when (clock.md §3); `null`: nothing of that kind. */
export const Deadlines = z.object({
  wakeAt: Timestamp.nullable(),
  closeAt: Timestamp.nullable(),
  overdueAt: Timestamp.nullable(),
  warnAt: Timestamp.nullable(),
  reassignAt: Timestamp.nullable(),
});

/** The state of a session that changes with every decision. Realtime events carry the same shape. */
export const SessionStateView = z.object({
  id: Id,
  channelId: Id,
  contactId: Id,
  state: z.enum(["open", "closed"]),
  /** Who is to write next; `null`: the session is closed. */
  turn: z.enum(["agent", "customer"]).nullable(),
  assigneeId: Id.nullable(),
  assignedAt: Timestamp.nullable(),
  /** The team it was transferred to, whose members alone get it by themselves. */
  teamId: Id.nullable(),
  openedAt: Timestamp,
  lastMessageAt: Timestamp,
  snoozedUntilAt: Timestamp.nullable(),
  /** The running wait: the customer is owed a reply. */
  wait: z
    .object({
      number: z.int(),
      startedAt: Timestamp,
      tries: z.int(),
      exhausted: z.boolean(),
      waitingForAgent: z.boolean(),
      /** The deadline that passed, once the wait is overdue. */
      overdueSinceAt: Timestamp.nullable(),
    })
    .nullable(),
  overdue: z.boolean(),
  closed: z
    .object({
      closedAt: Timestamp,
      kind: z.enum(["clock", "member", "blocked", "merged"]),
      memberId: Id.nullable(),
      reason: z.string().nullable(),
    })
    .nullable(),
  /** Closed by the clock and not yet looked at by a person. */
  needsReview: z.boolean(),
  deadlines: Deadlines,
  /** The earliest deadline that is not held back; a parked session has none. */
  nextDueAt: Timestamp.nullable(),
  /** Closing and reassigning wait until providers caught up after an outage (clock.md §6). */
  held: z.boolean(),
  settingsVersions: SettingsVersions,
});
export type SessionStateView = z.infer<typeof SessionStateView>;

export const SessionContact = z.object({
  id: Id,
  name: z.string().nullable(),
  phone: z.string().nullable(),
  username: z.string().nullable(),
});

/** The last message that a person wrote, as `previewOf` makes it. */
export const SessionPreview = z.object({
  messageId: Id,
  kind: MessageKind.exclude(["automatic"]),
  /** The member who wrote it; `null` for customers and for echoes. */
  authorId: Id.nullable(),
  /** The `type` of its content. */
  contentType: z.string(),
  text: z
    .string()
    .describe("At most 160 characters, on one line; empty: only the type says what it is"),
  sentAt: Timestamp,
  /** `null` for what does not go to a customer. */
  delivery: DeliveryState.nullable(),
  deleted: z.boolean(),
});
export type SessionPreview = z.infer<typeof SessionPreview>;

export const Session = SessionStateView.extend({
  contact: SessionContact,
  channel: z.object({ id: Id, kind: z.string(), name: z.string() }),
  /**
   * The customer, or a colleague's note, spoke after what you read; or you marked it so. A message in
   * `session.changed` makes it so too.
   */
  unread: z.boolean(),
  preview: SessionPreview.nullable(),
  /** Names, in their order. */
  tags: z.array(z.string()),
  category: Category.nullable(),
  /** A session the machine could not decide. An admin sees it and may retry. */
  parked: z
    .object({
      parkedAt: Timestamp,
      error: z.string(),
      attempts: z.int(),
      retryAt: Timestamp.nullable(),
    })
    .nullable(),
}).meta({ id: "Session" });
export type Session = z.infer<typeof Session>;

/** What the deadlines are derived from (clock.md §3). */
const SessionFactsView = z.object({
  customerWrote: z.boolean(),
  closeCount: z.int(),
  lastWaitNumber: z.int(),
  wait: z
    .object({
      startedByMessageId: Id,
      knownAt: Timestamp,
      firstAssignedAt: Timestamp.nullable(),
      holderIds: z.array(Id),
      notBackToIds: z.array(Id),
      warnedForAt: Timestamp.nullable(),
    })
    .nullable(),
  lastAgentMessageId: Id.nullable(),
  lastAgentMessageBy: Id.nullable(),
  lastAgentMessageAt: Timestamp.nullable(),
  pendingSends: z.int(),
  noReplyNeededAt: Timestamp.nullable(),
  reopenedAt: Timestamp.nullable(),
  wokenAt: Timestamp.nullable(),
  lastEchoAt: Timestamp.nullable(),
  lastCustomerMessageAt: Timestamp.nullable(),
  armedAt: Timestamp,
});

const SessionPerson = z.object({ memberId: Id, addedById: Id, addedAt: Timestamp });
export type SessionPerson = z.infer<typeof SessionPerson>;

/** Everybody besides the assignee, in the order in which they came. */
export const SessionPeople = z.object({
  /** Invited to help: they read, and write to the customer. */
  supporters: z.array(SessionPerson),
  /** They watch. */
  followers: z.array(SessionPerson),
});
export type SessionPeople = z.infer<typeof SessionPeople>;

export const SessionDetail = Session.extend({
  ...SessionPeople.shape,
  may: z
    .array(SessionAct)
    .describe("What you may do to it, as far as its state allows it; empty: it left your sight"),
  facts: SessionFactsView,
  /** Until when free-form messages can leave. Later, or if the customer never wrote: templates only. */
  messagingWindow: z.object({
    limited: z.boolean(),
    open: z.boolean(),
    endsAt: Timestamp.nullable(),
  }),
}).meta({ id: "SessionDetail" });
export type SessionDetail = z.infer<typeof SessionDetail>;

export const SessionSort = z.enum(["nextDeadline", "longestWaiting", "newest"]);
export type SessionSort = z.infer<typeof SessionSort>;

/** Most sessions that one request names. */
const MAX_NAMED = 100;

const SessionIds = z
  .string()
  .max(MAX_NAMED * 40)
  .transform((text) => text.split(","))
  .pipe(z.array(Id).max(MAX_NAMED, `Name at most ${MAX_NAMED} sessions.`));

export const SessionsQuery = PageQuery.extend({
  ids: SessionIds.optional().describe(
    `Only these: at most ${MAX_NAMED} ids with commas between, open or closed unless \`state\` says otherwise, all in one page`,
  ),
  state: z.enum(["open", "closed", "all"]).optional().describe("Default: open"),
  assignee: z
    .union([z.uuid('It must be the id of a member, "me" or "none".'), z.literal(["me", "none"])])
    .optional(),
  team: Id.optional().describe("Transferred to this team"),
  overdue: QueryFlag.optional(),
  dueSoon: QueryFlag.optional().describe("The clock warned, and the reply is not overdue yet"),
  channel: Id.optional(),
  text: z
    .string()
    .trim()
    .min(2)
    .max(200)
    .optional()
    .describe(
      "Part of a message or of the contact's name. A page may come back short or empty with a cursor: ask on.",
    ),
  joined: QueryFlag.optional().describe("Only those that you support or follow"),
  tag: Id.optional().describe("With this tag"),
  category: Id.optional().describe("Of this category"),
  needsReview: QueryFlag.optional().describe(
    "Closed by the clock and not yet looked at by a person; of closed sessions, unless `state` says otherwise",
  ),
  parked: QueryFlag.optional().describe("Sessions that could not be decided. Admins only."),
  sort: SessionSort.default("nextDeadline"),
});
export type SessionsQuery = z.infer<typeof SessionsQuery>;

export const SessionPage = z.object({ sessions: z.array(Session), nextCursor });
export type SessionPage = z.infer<typeof SessionPage>;

export const AssigneeBody = z.strictObject({ memberId: Id.nullable() });

/** Where a session goes, and a note for whoever gets it, in the same commit. */
export const TransferBody = z
  .strictObject({
    to: z.union(
      [
        z.strictObject({ member: Id }),
        z.strictObject({ team: Id }),
        z.strictObject({ queue: z.literal(true) }),
      ],
      'Say where it goes: {"member": id}, {"team": id} or {"queue": true}.',
    ),
    note: NoteBody.nullable().default(null),
  })
  .meta({ id: "Transfer" });

/** What is left behind with a session, in the same commit. */
const LeftBehind = {
  tags: TagNames.optional().describe("All tags that the session has from then on"),
  categoryId: Id.nullable().optional(),
  note: NoteBody.optional(),
};

export const CloseBody = z.strictObject({
  reason: z.string().trim().min(1).max(1000).nullable().default(null),
  /** Whether the end-of-session message goes out. */
  sendMessage: z.boolean().default(true),
  ...LeftBehind,
});

/** A person looked at a session that the clock closed. */
export const ReviewBody = z.strictObject(LeftBehind);

/** Up to which message was read; left out: to the end. */
export const ReadBody = z.strictObject({ throughMessageId: Id.optional() });
/** `null` wakes the session. */
export const SnoozeBody = z.strictObject({ until: TimestampInput.nullable() });

export const SessionPersonParams = SessionParams.extend({ memberId: Id });
