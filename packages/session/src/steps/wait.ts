import { act, BY_CLOCK, BY_CUSTOMER, type Draft, deadlinesNow, setWait } from "../draft.ts";
import type { EndedWait, NotificationKind, WaitOutcome } from "../effect.ts";
import type { Actor } from "../explanation.ts";
import type { MessageId, Ms, Wait } from "../facts.ts";
import { firedReply } from "./fired.ts";

/** Starts the next wait: from now on the customer is owed a reply (clock.md §4.2). */
export function startWait(draft: Draft, start: { at: Ms; messageId: MessageId }): Wait {
  const { facts } = draft;
  facts.lastWaitNumber += 1;
  const wait = freshWait(draft, facts.lastWaitNumber, start);
  facts.wait = wait;
  act(draft, "waitStarted", 0, {
    by: BY_CUSTOMER,
    messageId: start.messageId,
    startedAt: start.at,
  });
  return wait;
}

export function freshWait(
  draft: Draft,
  number: number,
  start: { at: Ms; messageId: MessageId },
): Wait {
  const { assignee, assignedAt } = draft.facts;
  return {
    number,
    startedAt: start.at,
    startedBy: start.messageId,
    knownAt: draft.now,
    firstAssignedAt: assignedAt,
    holders: assignee === null ? [] : [assignee],
    tries: 0,
    exhausted: false,
    waitingForAgent: false,
    notBackTo: [],
    warnedFor: null,
    overdueSince: null,
  };
}

/** Notifications that no longer hold once the wait is over. */
export const WAIT_NOTIFICATIONS: readonly NotificationKind[] = [
  "warning",
  "overdue",
  "waitingForAgent",
  "exhausted",
  "nobodyEligible",
];

/**
 * Ends the running wait, if any. A breach already due at its end is recorded first, even if the timer
 * hadn't fired yet (clock.md §5, "Agent replies").
 */
export function endWait(
  draft: Draft,
  end: { at: Ms; outcome: WaitOutcome; answeredBy: MessageId | null; by: Actor },
): void {
  recordDueBreach(draft, end.at);
  const { wait } = draft.facts;
  if (wait === null) return;
  recordEnd(draft, { ...wait, endedAt: end.at, outcome: end.outcome, answeredBy: end.answeredBy });
  if (end.outcome === "answered" || end.outcome === "dismissed") {
    act(draft, end.outcome, null, {
      by: end.by,
      ...(end.answeredBy === null ? {} : { messageId: end.answeredBy }),
      startedAt: wait.startedAt,
      lengthMs: Math.max(0, end.at - wait.startedAt),
    });
  }
  draft.facts.wait = null;
}

/** Records an ended wait and takes back what was said while it ran. */
export function recordEnd(draft: Draft, wait: EndedWait): void {
  draft.effects.push(
    { type: "waitEnded", wait: { ...wait, waitingForAgent: false } },
    { type: "notificationsWithdrawn", kinds: WAIT_NOTIFICATIONS, wait: wait.number, key: null },
  );
}

/**
 * Records the breach of a limit that passed before `at`, with whoever is responsible now and without
 * a notification. At one and the same instant messages come before timers, so a reply at the very
 * deadline is in time (clock.md §3).
 */
export function recordDueBreach(draft: Draft, at: Ms): void {
  const { wait, assignee } = draft.facts;
  const { overdueAt } = deadlinesNow(draft);
  if (wait === null || overdueAt === null || overdueAt >= at) return;
  act(draft, "breachRecorded", 0, { by: BY_CLOCK, deadline: firedReply(draft, wait) });
  draft.effects.push({
    type: "breachRecorded",
    wait: wait.number,
    dueAt: overdueAt,
    memberId: assignee,
  });
  setWait(draft, wait, { overdueSince: overdueAt });
}
