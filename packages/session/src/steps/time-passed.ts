import type { StepResult } from "../decide.ts";
import { act, BY_CLOCK, type Draft, deadlinesNow, setWait } from "../draft.ts";
import type { FiredDeadline } from "../explanation.ts";
import type { MemberId, Ms, Wait } from "../facts.ts";
import {
  assign,
  assignByRules,
  excludeFromWait,
  movePointer,
  routedOf,
  routeToUntried,
} from "./assign.ts";
import { closeSession } from "./close.ts";
import { fired, firedClose, firedReassign, firedReply } from "./fired.ts";
import { onSettingsApplied } from "./manual.ts";

/**
 * Decides everything that is due, once, at the present time: wake, warn, overdue, reassign, close, in
 * this order; each sees what the one before it did (clock.md §3, §6).
 */
export function onTimePassed(draft: Draft): StepResult {
  if (draft.facts.closed !== null) return { type: "ignored", reason: "the session is closed" };
  if (fireDue(draft, null)) return "decided";
  // A save can remove the deadline that brought us here before it reached this session by itself.
  return onSettingsApplied(draft) === "decided"
    ? "decided"
    : { type: "ignored", reason: "nothing is due" };
}

/** The hold after an outage is over: what it kept back is decided now, once (clock.md §6). */
export function onHoldEnded(draft: Draft): StepResult {
  if (!draft.facts.held) return { type: "ignored", reason: "the session is not held" };
  draft.facts.held = false;
  fireDue(draft, "outage");
  return "decided";
}

function fireDue(draft: Draft, heldBy: FiredDeadline["heldBy"]): boolean {
  const woke = wakeIfDue(draft);
  const told = overdueIfDue(draft) || warnIfDue(draft);
  if (draft.context.hold || draft.facts.held) return holdIfDue(draft) || woke || told;
  const moved = reassignIfDue(draft, heldBy);
  const closed = closeIfDue(draft, heldBy);
  return woke || told || moved || closed;
}

function isDue(draft: Draft, at: Ms | null): at is Ms {
  return at !== null && at <= draft.now;
}

function wakeIfDue(draft: Draft): boolean {
  const { facts, now } = draft;
  const until = facts.snoozedUntil;
  if (!isDue(draft, until)) return false;
  const anchor = { type: "snooze", at: until, messageId: null, memberId: null } as const;
  facts.snoozedUntil = null;
  facts.wokenAt = now;
  act(draft, "woken", until, { by: BY_CLOCK, deadline: fired(draft, anchor, 0, 0) });
  return true;
}

function overdueIfDue(draft: Draft): boolean {
  const { facts, effects } = draft;
  const { overdueAt } = deadlinesNow(draft);
  const { wait, assignee } = facts;
  if (wait === null || !isDue(draft, overdueAt)) return false;
  act(draft, "overdue", 0, { by: BY_CLOCK, deadline: firedReply(draft, wait), to: assignee });
  effects.push(
    { type: "breachRecorded", wait: wait.number, dueAt: overdueAt, memberId: assignee },
    { type: "notificationsWithdrawn", kinds: ["warning"], wait: wait.number, key: null },
  );
  const notice = { type: "notified", kind: "overdue", wait: wait.number } as const;
  const key = `overdue:${wait.number}`;
  if (assignee !== null) effects.push({ ...notice, to: assignee, key, replyDueAt: overdueAt });
  effects.push({ ...notice, to: "supervisors", key, replyDueAt: overdueAt });
  setWait(draft, wait, { overdueSince: overdueAt });
  return true;
}

function warnIfDue(draft: Draft): boolean {
  const { wait, assignee } = draft.facts;
  const { warnAt, overdueAt } = deadlinesNow(draft);
  if (wait === null || overdueAt === null || !isDue(draft, warnAt)) return false;
  const deadline = firedReply(draft, wait, draft.settings.reply.warnMinutes);
  act(draft, "warned", overdueAt, { by: BY_CLOCK, deadline, to: assignee, dueAt: overdueAt });
  draft.effects.push({
    type: "notified",
    kind: "warning",
    to: assignee ?? "supervisors",
    wait: wait.number,
    key: `warning:${wait.number}:${overdueAt}`,
    replyDueAt: overdueAt,
  });
  setWait(draft, wait, {
    warnedFor: overdueAt,
    ...(wait.warnedFor === null
      ? {}
      : { warnedBefore: [...(wait.warnedBefore ?? []), wait.warnedFor] }),
  });
  return true;
}

/** After an outage nobody is moved or closed before the providers caught up. */
function holdIfDue(draft: Draft): boolean {
  const { reassignAt, closeAt } = deadlinesNow(draft);
  if (draft.facts.held || !(isDue(draft, reassignAt) || isDue(draft, closeAt))) return false;
  draft.facts.held = true;
  return true;
}

function closeIfDue(draft: Draft, heldBy: FiredDeadline["heldBy"]): boolean {
  const { closeAt } = deadlinesNow(draft);
  if (!isDue(draft, closeAt)) return false;
  closeSession(draft, {
    kind: "clock",
    by: BY_CLOCK,
    reason: null,
    message: "send",
    deadline: firedClose(draft, heldBy),
  });
  return true;
}

/** Gives an unanswered session to the next agent by the assignment rules (clock.md §5, "Reassign"). */
function reassignIfDue(draft: Draft, heldBy: FiredDeadline["heldBy"]): boolean {
  const { facts } = draft;
  const { reassignAt } = deadlinesNow(draft);
  const { wait, assignee, assignedAt } = facts;
  if (wait === null || assignee === null || assignedAt === null) return false;
  if (!isDue(draft, reassignAt)) return false;
  const deadline = firedReassign(draft, wait, assignedAt, heldBy);
  const { maxPerWait } = draft.settings.reassign;
  if (wait.tries >= maxPerWait) {
    exhaust(draft, wait, assignee, { deadline, tries: wait.tries, maxTries: maxPerWait });
    return true;
  }
  const result = routeToUntried(draft, wait);
  const routed = routedOf(result);
  if (result.memberId !== null) {
    giveAway(draft, wait, result.memberId, { deadline, routed });
    movePointer(draft, result);
  } else if (result.untriedExists) {
    waitForAgent(draft, wait, { deadline, routed });
  } else {
    exhaust(draft, wait, assignee, { deadline, routed, tries: wait.tries, maxTries: maxPerWait });
  }
  return true;
}

type Detail = Omit<Parameters<typeof act>[3], "by">;

/** A timed reassignment: uses a try. */
export function giveAway(draft: Draft, wait: Wait, to: MemberId, detail: Detail): void {
  const tries = wait.tries + 1;
  setWait(draft, wait, { tries });
  const maxTries = draft.settings.reassign.maxPerWait;
  assign(draft, to, "clock", { ...detail, tries, maxTries, ordinal: tries });
}

/**
 * Untried agents exist but none is eligible now: the assignee keeps it until one is. Supervisors are
 * told once each time: a restored wait, or reassign switched off and on, may bring it here again.
 */
function waitForAgent(
  draft: Draft,
  wait: Wait,
  detail: Detail & { readonly deadline: FiredDeadline },
): void {
  const since = Math.max(detail.deadline.dueAt, detail.deadline.armedAt);
  setWait(draft, wait, { waitingForAgent: true });
  act(draft, "waitingForAgent", since, { ...detail, by: BY_CLOCK });
  draft.effects.push({
    type: "notified",
    kind: "waitingForAgent",
    to: "supervisors",
    wait: wait.number,
    key: `waitingForAgent:${wait.number}:${since}`,
    replyDueAt: null,
  });
}

/** Nobody is left to try: the session goes to the unassigned queue, supervisors are told. */
export function exhaust(draft: Draft, wait: Wait, from: MemberId, detail: Detail): void {
  setWait(draft, wait, { exhausted: true, waitingForAgent: false });
  act(draft, "exhausted", 0, { ...detail, by: BY_CLOCK, from });
  excludeFromWait(draft, from);
  assign(draft, null, "clock", { reason: "exhausted" });
  assignByRules(draft);
  // Told even if the queue gave it away at once: everybody was tried, which is what they must hear.
  draft.effects.push({
    type: "notified",
    kind: "exhausted",
    to: "supervisors",
    wait: wait.number,
    key: `exhausted:${wait.number}`,
    replyDueAt: null,
  });
}
