import { type Deadlines, nextDueAt, type SessionFacts } from "@punctual/session";

/** The part of a session that changes with every decision, as it crosses wires. Times are epoch ms. */
export interface SessionState {
  readonly id: string;
  readonly channelId: string;
  readonly contactId: string;
  readonly state: "open" | "closed";
  readonly turn: "agent" | "customer" | null;
  readonly assigneeId: string | null;
  readonly assignedAt: number | null;
  readonly teamId: string | null;
  readonly openedAt: number;
  readonly lastMessageAt: number;
  readonly snoozedUntil: number | null;
  readonly wait: {
    readonly number: number;
    readonly startedAt: number;
    readonly tries: number;
    readonly exhausted: boolean;
    readonly waitingForAgent: boolean;
    readonly overdueSince: number | null;
  } | null;
  readonly overdue: boolean;
  readonly closed: {
    readonly at: number;
    readonly kind: "clock" | "member" | "blocked" | "merged";
    readonly by: string | null;
    readonly reason: string | null;
  } | null;
  readonly needsReview: boolean;
  readonly deadlines: Deadlines;
  readonly nextDueAt: number | null;
  readonly held: boolean;
  readonly settingsVersions: { readonly account: number; readonly channel: number | null };
}

/** Facts and deadlines → what clients see of a session's state. */
export function presentSessionState(
  stored: {
    readonly id: string;
    readonly channelId: string;
    readonly contactId: string;
    readonly lastMessageAt: number;
    readonly needsReview: boolean;
    readonly parked: boolean;
  },
  facts: SessionFacts,
  deadlines: Deadlines,
): SessionState {
  const { wait, closed } = facts;
  const open = closed === null;
  return {
    id: stored.id,
    channelId: stored.channelId,
    contactId: stored.contactId,
    state: open ? "open" : "closed",
    turn: open ? (wait === null ? "customer" : "agent") : null,
    assigneeId: facts.assignee,
    assignedAt: facts.assignedAt,
    teamId: facts.teamId,
    openedAt: facts.openedAt,
    lastMessageAt: stored.lastMessageAt,
    snoozedUntil: facts.snoozedUntil,
    wait:
      wait === null
        ? null
        : {
            number: wait.number,
            startedAt: wait.startedAt,
            tries: wait.tries,
            exhausted: wait.exhausted,
            waitingForAgent: wait.waitingForAgent,
            overdueSince: wait.overdueSince,
          },
    overdue: wait !== null && wait.overdueSince !== null,
    closed,
    needsReview: stored.needsReview,
    deadlines,
    nextDueAt: stored.parked ? null : nextDueAt(deadlines, facts.held),
    held: facts.held,
    settingsVersions: facts.settings,
  };
}
