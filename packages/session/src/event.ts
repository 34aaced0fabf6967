import type { MemberId, MessageId, Ms, SessionFacts } from "./facts.ts";
import type { SessionHistory } from "./history.ts";
import type { RosterTeam } from "./routing/roster.ts";

/** A customer wrote something a person must see. `at` is clamped, `stamp` is the provider's own. */
export interface CustomerMessageReceived {
  readonly type: "customerMessageReceived";
  readonly messageId: MessageId;
  readonly at: Ms;
  readonly stamp: Ms;
}

/** A member wrote to the customer; the send is queued in the same commit. */
export interface AgentMessageWritten {
  readonly type: "agentMessageWritten";
  readonly messageId: MessageId;
  readonly by: MemberId;
}

/** An agent wrote in the provider's own app. `history` is before this message. */
export interface AgentEchoReceived {
  readonly type: "agentEchoReceived";
  readonly messageId: MessageId;
  /** Clamped: never in the future. */
  readonly at: Ms;
  readonly stamp: Ms;
  readonly history: SessionHistory;
}

/** The provider accepted an agent message, or its outcome is unknown (which counts as sent). */
export interface AgentMessageLeft {
  readonly type: "agentMessageLeft";
  readonly messageId: MessageId;
  readonly by: MemberId | null;
  readonly at: Ms;
  readonly outcome: "sent" | "unknown";
}

/** The provider finally refused an agent message. `history` has it as refused already. */
export interface AgentMessageRefused {
  readonly type: "agentMessageRefused";
  readonly messageId: MessageId;
  /** The writer, who is told. */
  readonly by: MemberId | null;
  /** Whether it was still queued or being sent. */
  readonly wasPending: boolean;
  readonly reason: string;
  readonly history: SessionHistory;
  /** A newer session of the same contact, if there is one: then a close can't be void any more. */
  readonly newer: { readonly assignee: MemberId | null } | null;
  readonly assigneeActive: boolean;
}

/** A message settled as refused turned out delivered. `history` has it as left again. */
export interface AgentMessageDeliveredAfterAll {
  readonly type: "agentMessageDeliveredAfterAll";
  readonly messageId: MessageId;
  readonly history: SessionHistory;
}

/** A customer message on its way when the session closed (clock.md §5, "Void"), or a person's wish. */
export interface SessionReopened {
  readonly type: "sessionReopened";
  readonly why:
    | { readonly type: "void"; readonly message: CustomerMessageReceived }
    | { readonly type: "reopenWithin"; readonly message: CustomerMessageReceived }
    | { readonly type: "member"; readonly by: MemberId };
  /** Before the message, if a message reopens it. */
  readonly history: SessionHistory;
  readonly assigneeActive: boolean;
  readonly isLatest: boolean;
}

export interface TimePassed {
  readonly type: "timePassed";
}

/** The hold after an outage is over: held deadlines count again. */
export interface HoldEnded {
  readonly type: "holdEnded";
}

/** Somebody may have become eligible for a session that waits in line (clock.md §8). */
export interface PlaceOffered {
  readonly type: "placeOffered";
}

export interface SessionAssigned {
  readonly type: "sessionAssigned";
  /** `null` puts it in the unassigned queue. */
  readonly to: MemberId | null;
  readonly by: MemberId;
}

/** A person gives the session to a team: to whoever of it is eligible, or else to its line. */
export interface SessionTransferred {
  readonly type: "sessionTransferred";
  readonly team: RosterTeam;
  readonly by: MemberId;
}

export interface SessionTaken {
  readonly type: "sessionTaken";
  readonly by: MemberId;
}

export interface NoReplyNeeded {
  readonly type: "noReplyNeeded";
  readonly by: MemberId;
}

export interface SessionClosedByMember {
  readonly type: "sessionClosedByMember";
  readonly by: MemberId;
  readonly reason: string | null;
  readonly sendMessage: boolean;
}

export interface SessionSnoozed {
  readonly type: "sessionSnoozed";
  /** `null` wakes it. */
  readonly until: Ms | null;
  readonly by: MemberId;
}

/** The settings in force changed for this session: *apply to all open sessions*. */
export interface SettingsApplied {
  readonly type: "settingsApplied";
}

export interface ContactBlocked {
  readonly type: "contactBlocked";
  readonly by: MemberId;
}

/** The assignee went offline and the account moves waiting sessions at once. */
export interface AssigneeWentOffline {
  readonly type: "assigneeWentOffline";
}

export interface AssigneeDeactivated {
  readonly type: "assigneeDeactivated";
}

/** Another open session of a merged contact ends in this one. */
export interface SessionAbsorbed {
  readonly type: "sessionAbsorbed";
  readonly other: SessionFacts;
  /** Both sessions' messages in commit order, as recorded; waits and breaches of this one only. */
  readonly history: SessionHistory;
  /** Which of the messages are the other's. */
  readonly otherMessages: readonly MessageId[];
  /** Who is responsible for the breach of the other's running wait; `null`: nobody, or no breach. */
  readonly otherBreachBy: MemberId | null;
}

/** This session's messages went to another one of the merged contact. */
export interface SessionMergedAway {
  readonly type: "sessionMergedAway";
}

export type SessionEvent =
  | CustomerMessageReceived
  | AgentMessageWritten
  | AgentEchoReceived
  | AgentMessageLeft
  | AgentMessageRefused
  | AgentMessageDeliveredAfterAll
  | SessionReopened
  | TimePassed
  | HoldEnded
  | PlaceOffered
  | SessionAssigned
  | SessionTransferred
  | SessionTaken
  | NoReplyNeeded
  | SessionClosedByMember
  | SessionSnoozed
  | SettingsApplied
  | ContactBlocked
  | AssigneeWentOffline
  | AssigneeDeactivated
  | SessionAbsorbed
  | SessionMergedAway;
