import type { StepResult } from "../decide.ts";
import { act, BY_CLOCK, byMember, type Draft } from "../draft.ts";
import type { NoReplyNeeded, SessionSnoozed } from "../event.ts";
import { endWait } from "./wait.ts";

/** A final "thanks" needs no reply: the wait ends as dismissed and the customer's turn begins. */
export function onNoReplyNeeded(draft: Draft, event: NoReplyNeeded): StepResult {
  const { facts, now } = draft;
  if (facts.closed !== null) return { type: "rejected", code: "session_closed" };
  if (facts.wait === null) return { type: "rejected", code: "no_wait_running" };
  draft.effects.push({ type: "messagesSettled", wait: facts.wait.number });
  endWait(draft, { at: now, outcome: "dismissed", answeredBy: null, by: byMember(event.by) });
  facts.noReplyNeededAt = now;
  return "decided";
}

/**
 * Snooze suspends only the close: a customer who is owed a reply still waits (clock.md §5). A time that
 * has passed would wake it at once, so it changes nothing.
 */
export function onSnoozed(draft: Draft, event: SessionSnoozed): StepResult {
  const { facts, now } = draft;
  if (facts.closed !== null) return { type: "rejected", code: "session_closed" };
  if (facts.snoozedUntil === event.until) return { type: "ignored", reason: "already so" };
  if (event.until !== null && event.until <= now) {
    return { type: "ignored", reason: "that time has passed" };
  }
  facts.snoozedUntil = event.until;
  if (event.until === null) {
    facts.wokenAt = now;
    act(draft, "woken", null, { by: byMember(event.by) });
  } else {
    act(draft, "snoozed", null, { by: byMember(event.by), dueAt: event.until });
  }
  return "decided";
}

/** A save with *apply to all open sessions* reached this one; its deadlines follow at once. */
export function onSettingsApplied(draft: Draft): StepResult {
  const { facts, before } = draft;
  if (facts.closed !== null) return { type: "ignored", reason: "the session is closed" };
  const { account, channel } = facts.settings;
  if (account === before.settings.account && channel === before.settings.channel) {
    return { type: "ignored", reason: "it uses these settings already" };
  }
  act(draft, "settingsApplied", null, { by: BY_CLOCK, settings: facts.settings });
  return "decided";
}
