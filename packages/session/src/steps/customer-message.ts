import type { StepResult } from "../decide.ts";
import { act, adoptNewest, BY_CUSTOMER, type Draft, setWait } from "../draft.ts";
import type { CustomerMessageReceived } from "../event.ts";
import { assignByRules } from "./assign.ts";
import { isUntouched, opened } from "./opened.ts";
import { startWait } from "./wait.ts";

/**
 * A customer wrote in an open session, or opens one (clock.md §5). A wait starts if none runs, a
 * snoozed session wakes, and the assignment rules run if nobody holds it. Their first message in it
 * withdraws the end message of the session before, if that is still unclaimed.
 */
export function onCustomerMessage(draft: Draft, event: CustomerMessageReceived): StepResult {
  const { facts } = draft;
  if (facts.closed !== null) return { type: "ignored", reason: "the session is closed" };
  if (isUntouched(draft.before)) opened(draft, BY_CUSTOMER);
  if (!facts.customerWrote) draft.effects.push({ type: "endMessageWithdrawn" });
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
  setWait(draft, wait, { startedAt: event.at, startedBy: event.messageId });
}
