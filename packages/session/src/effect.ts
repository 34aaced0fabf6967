import type { TemplateRef } from "@punctual/contract";
import type { Explanation } from "./explanation.ts";
import type { MemberId, MessageId, Ms, TeamId, Wait } from "./facts.ts";

/** Kinds of acts on a session's timeline. */
export type ActKind =
  | "opened"
  | "waitStarted"
  | "waitRestored"
  | "answered"
  | "dismissed"
  | "assigned"
  | "unassigned"
  | "queued"
  | "waitingForAgent"
  | "exhausted"
  | "warned"
  | "overdue"
  | "breachRecorded"
  | "breachWithdrawn"
  | "snoozed"
  | "woken"
  | "closed"
  | "reopened"
  | "sendFailed"
  | "sendUnknown"
  | "sendSettled"
  | "settingsApplied"
  | "held"
  | "merged"
  | "transferred"
  | "supporterAdded"
  | "supporterRemoved"
  | "tagged"
  | "categorised"
  | "reviewed"
  | "contactBlocked"
  | "contactUnblocked";

/**
 * One line of the timeline. `(wait, kind, ordinal)` is unique in a session for what the clock does, so
 * that no decision can be taken twice (clock.md §9.2).
 */
export interface Act {
  readonly type: "act";
  readonly kind: ActKind;
  readonly at: Ms;
  readonly wait: number;
  /** `null` when a person did it: people may do the same thing twice. */
  readonly ordinal: number | null;
  readonly explanation: Explanation;
}

export type WaitOutcome = "answered" | "dismissed" | "unanswered" | "merged";

/** A wait that ended, as reports and later recomputations need it. */
export interface EndedWait extends Wait {
  readonly endedAt: Ms;
  readonly outcome: WaitOutcome;
  readonly answeredBy: MessageId | null;
}

/** A wait ended; replaces what was recorded under its number. */
export interface WaitEnded {
  readonly type: "waitEnded";
  readonly wait: EndedWait;
}

/** Recorded waits that no longer stand: restored into, or merged with, the running one. */
export interface WaitsReopened {
  readonly type: "waitsReopened";
  readonly numbers: readonly number[];
}

/** Customer messages belong to another wait than was recorded. */
export interface MessagesRenumbered {
  readonly type: "messagesRenumbered";
  readonly ids: readonly MessageId[];
  /** 0: none. */
  readonly wait: number;
}

/** These messages came from another session by a merge (`HistoryMessage.mergedAfter`). */
export interface MessagesMerged {
  readonly type: "messagesMerged";
  readonly ids: readonly MessageId[];
  readonly after: MessageId;
}

/** A dismissal settles the messages of this wait for good. */
export interface MessagesSettled {
  readonly type: "messagesSettled";
  readonly wait: number;
}

export interface BreachRecorded {
  readonly type: "breachRecorded";
  readonly wait: number;
  readonly dueAt: Ms;
  readonly memberId: MemberId | null;
}

export interface BreachWithdrawn {
  readonly type: "breachWithdrawn";
  readonly wait: number;
  readonly reason: "echo" | "delivered" | "merged";
}

/** The end-of-session message, to be queued in the same commit. */
export interface EndMessageQueued {
  readonly type: "endMessageQueued";
  readonly content:
    | { readonly type: "text"; readonly template: string }
    | { readonly type: "template"; readonly template: TemplateRef };
  /** Which close it belongs to. */
  readonly closeOrdinal: number;
}

/**
 * An end message to this contact on this channel, of this session or an earlier one, that nobody claimed
 * for sending yet must not leave any more: the customer wrote, or the session goes on (clock.md §5).
 */
export interface EndMessageWithdrawn {
  readonly type: "endMessageWithdrawn";
}

export type NotificationKind =
  | "assigned"
  | "takenAway"
  | "warning"
  | "overdue"
  | "waitingForAgent"
  | "exhausted"
  | "nobodyEligible"
  | "sendFailed"
  | "sendLate";

/** Tells somebody; per key and recipient one stands at a time. */
export interface Notified {
  readonly type: "notified";
  readonly kind: NotificationKind;
  readonly to: MemberId | "supervisors";
  readonly wait: number;
  readonly key: string;
  /** When the customer's reply is due, for those who need to know the time left. */
  readonly replyDueAt: Ms | null;
}

/** Notifications that no longer hold. */
export interface NotificationsWithdrawn {
  readonly type: "notificationsWithdrawn";
  readonly kinds: readonly NotificationKind[];
  /** `null`: of whichever wait. */
  readonly wait: number | null;
  /** Only what was told under this key; `null`: all of these kinds. */
  readonly key: string | null;
}

/** The assignment changed: the record reports and capacity are built from. */
export interface AssignmentChanged {
  readonly type: "assignmentChanged";
  readonly from: MemberId | null;
  readonly to: MemberId | null;
  readonly by: "rules" | "clock" | MemberId;
}

/** Round robin went on: the rule's next search starts after this member. */
export interface PointerMoved {
  readonly type: "pointerMoved";
  readonly ruleId: string;
  readonly memberId: MemberId;
}

/** The same for a team that sessions were transferred to. */
export interface TeamTurnMoved {
  readonly type: "teamTurnMoved";
  readonly teamId: TeamId;
  readonly memberId: MemberId;
}

export type Effect =
  | Act
  | WaitEnded
  | WaitsReopened
  | MessagesRenumbered
  | MessagesMerged
  | MessagesSettled
  | BreachRecorded
  | BreachWithdrawn
  | EndMessageQueued
  | EndMessageWithdrawn
  | Notified
  | NotificationsWithdrawn
  | AssignmentChanged
  | PointerMoved
  | TeamTurnMoved;
