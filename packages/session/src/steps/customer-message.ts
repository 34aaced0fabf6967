import type { StepResult } from "../decide.ts";
import { act, adoptNewest, BY_CUSTOMER, type Draft, setWait } from "../draft.ts";
import type { CustomerMessageReceived } from "../event.ts";
import type { SessionFacts } from "../facts.ts";
import { assignByRules } from "./assign.ts";
import { startWait } from "./wait.ts";

/**
 * A customer wrote in an open session, or opens one (clock.md §5). A wait starts if none runs, a
 * snoozed session wakes, and the assignment rules run if nobody holds it.
 */
export function onCustomerMessage(draft: Draft, event: CustomerMessageReceived): StepResult {
  const { facts } = draft;
  if (facts.closed !== null) return { type: "ignored", reason: "the session is closed" };
  if (isUntouched(draft.before)) opened(draft);
  noteCustomerWrote(draft, event);
  if (facts.snoozedUntil !== null) wakeByCustomer(draft, event);
  if (facts.lastEchoStamp !== null && event.stamp <= facts.lastEchoStamp) return "decided";
  if (facts.wait === null) {
    adoptNewest(draft);
    startWait(draft, event);
  } else if (event.at < facts.wait.startedAt) {
    moveStartBack(draft, event);
  }
  if (facts.assignee === null) assignByRules(draft);
  return "decided";
}

/** Whether nothing happened in the session yet: the event at hand opens it. */
export function isUntouched(facts: SessionFacts): boolean {
  return (
    !facts.customerWrote &&
    facts.lastWaitNumber === 0 &&
    facts.lastAgentMessageAt === null &&
    facts.pendingSends === 0 &&
    facts.closeCount === 0
  );
}

export function opened(draft: Draft): void {
  adoptNewest(draft);
  act(draft, "opened", 0, { by: BY_CUSTOMER, settings: draft.facts.settings });
}

export function noteCustomerWrote(draft: Draft, event: CustomerMessageReceived): void {
  const { facts, now } = draft;
  facts.customerWrote = true;
  facts.lastCustomerStamp = Math.max(facts.lastCustomerStamp ?? 0, Math.min(event.stamp, now));
}

function wakeByCustomer(draft: Draft, event: CustomerMessageReceived): void {
  draft.facts.snoozedUntil = null;
  draft.facts.wokenAt = draft.now;
  act(draft, "woken", null, { by: BY_CUSTOMER, messageId: event.messageId });
}

/** A message with an earlier stamp came late: the wait counts from the earliest (clock.md §4.2). */
function moveStartBack(draft: Draft, event: CustomerMessageReceived): void {
  const { wait } = draft.facts;
  if (wait === null) return;
  const heldFromStart = wait.firstAssignedAt === wait.startedAt;
  setWait(draft, wait, {
    startedAt: event.at,
    startedBy: event.messageId,
    firstAssignedAt: heldFromStart ? event.at : wait.firstAssignedAt,
  });
}
