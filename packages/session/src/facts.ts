/**
 * What the machine knows of one session. Facts only: every deadline is derived from them and the
 * settings by `deadlinesOf`, and nothing else is remembered (clock.md §3).
 *
 *                 customer writes                agent replies, no reply needed, echo
 *   (no session) ───────────────▶ agent's turn ─────────────────────────────────────▶ customer's turn
 *                                  │   ▲  warn, overdue, reassign     customer writes │   │ closeAt
 *                                  │   └───────────────────────────────────────────────┘   ▼
 *                                  └── a person closes ──────────────────────────────▶ closed
 *                                                 void, reopen: back to the turn that is owed
 */

/** Epoch milliseconds by the database's clock. */
export type Ms = number;
export type MemberId = string;
export type TeamId = string;
export type MessageId = string;

/** A stretch in which the customer is owed a reply, while it runs. */
export interface Wait {
  /** Numbered from 1 in each session. */
  readonly number: number;
  /** The earliest stamp among the messages it owes a reply to. */
  readonly startedAt: Ms;
  /** The message with that stamp. */
  readonly startedBy: MessageId;
  /** The commit that started or restored it: nobody loses a session for a message that came late. */
  readonly knownAt: Ms;
  /**
   * When the first holder of this wait got the session: before `startedAt`, if somebody held it already.
   * `null`: nobody yet.
   */
  readonly firstAssignedAt: Ms | null;
  /** Everyone who held the session in this wait, the present assignee included. */
  readonly holders: readonly MemberId[];
  /** Timed reassignments used. */
  readonly tries: number;
  /** Tries used up, or everyone was tried: no further timed reassignment in this wait. */
  readonly exhausted: boolean;
  /** The assignee keeps it until an untried agent becomes eligible. */
  readonly waitingForAgent: boolean;
  /** Members who must not get it back automatically: unassigned by hand, or left when exhausted. */
  readonly notBackTo: readonly MemberId[];
  /** The `overdueAt` that the latest warning was given for. */
  readonly warnedFor: Ms | null;
  /** Those that earlier warnings were given for, if the deadline moved since; absent: none. */
  readonly warnedBefore?: readonly Ms[];
  /** Why nobody got it when somebody was last looked for; absent: somebody has it, or nobody was. */
  readonly passedOver?: string;
  /** When it became overdue (the deadline, not the firing); `null`: it is not. */
  readonly overdueSince: Ms | null;
}

/** The agent message whose leaving (or refusal) came last: the close counts from it. */
export interface LastAgentMessage {
  readonly id: MessageId;
  /** `null` when it came as an echo from the provider's own app. */
  readonly by: MemberId | null;
}

export type CloseKind = "clock" | "member" | "blocked" | "merged";

export interface Closed {
  readonly at: Ms;
  readonly kind: CloseKind;
  /** The member, for a close by a person. */
  readonly by: MemberId | null;
  readonly reason: string | null;
}

/** Versions of the settings in force: the account's and, if the channel has an override, its own. */
export interface SettingsVersions {
  readonly account: number;
  readonly channel: number | null;
}

export interface SessionFacts {
  readonly openedAt: Ms;
  /** `null` while the session is open. */
  readonly closed: Closed | null;
  /** How often it was closed: the ordinal of a close. */
  readonly closeCount: number;
  /** Whether the customer ever wrote in it: otherwise no end message goes out. */
  readonly customerWrote: boolean;
  /**
   * Latest provider stamp of the contact on this channel, across sessions and never in the future: the
   * messaging window counts from it.
   */
  readonly lastCustomerStamp: Ms | null;
  /** The highest wait number given out; 0: none yet. */
  readonly lastWaitNumber: number;
  /** The running wait: the agent's turn. `null`: the customer's turn. */
  readonly wait: Wait | null;
  readonly assignee: MemberId | null;
  readonly assignedAt: Ms | null;
  /** The team it was transferred to, whose members alone get it by themselves; `null`: the rules decide. */
  readonly teamId: TeamId | null;
  readonly lastAgentMessage: LastAgentMessage | null;
  /** Latest time an agent message left or was refused. */
  readonly lastAgentMessageAt: Ms | null;
  /** Agent messages queued or being sent. */
  readonly pendingSends: number;
  readonly noReplyNeededAt: Ms | null;
  readonly reopenedAt: Ms | null;
  readonly wokenAt: Ms | null;
  readonly snoozedUntil: Ms | null;
  /** Latest provider stamp of an echo: it answers what was stamped at or before it. */
  readonly lastEchoStamp: Ms | null;
  /** Closing and reassigning wait until providers caught up after an outage (clock.md §6). */
  readonly held: boolean;
  readonly settings: SettingsVersions;
  /** The decision that last changed the next due deadline: lateness counts from it at the earliest. */
  readonly armedAt: Ms;
}

/** The facts of a session in the moment before its first message. */
export function newSession(
  at: Ms,
  settings: SettingsVersions,
  lastCustomerStamp: Ms | null,
): SessionFacts {
  return {
    openedAt: at,
    closed: null,
    closeCount: 0,
    customerWrote: false,
    lastCustomerStamp,
    lastWaitNumber: 0,
    wait: null,
    assignee: null,
    assignedAt: null,
    teamId: null,
    lastAgentMessage: null,
    lastAgentMessageAt: null,
    pendingSends: 0,
    noReplyNeededAt: null,
    reopenedAt: null,
    wokenAt: null,
    snoozedUntil: null,
    lastEchoStamp: null,
    held: false,
    settings,
    armedAt: at,
  };
}
