/**
 * THE machine: every rule of `clock.md`, as one total and pure function. It is given what is known
 * (facts), what happened (event) and what is configured (context), and gives what is known then, the
 * deadlines that follow, and everything to be written in the same commit. It reads no clock, does no
 * I/O and never throws for any event; an event that changes nothing is *ignored* by name, a person's
 * wish that can't be granted is *rejected* with an error code.
 */
import { type Deadlines, deadlinesOf, nextDueAt } from "./deadlines.ts";
import { type Context, type Draft, startDraft } from "./draft.ts";
import type { Effect } from "./effect.ts";
import type { SessionEvent } from "./event.ts";
import type { SessionFacts } from "./facts.ts";
import { onAgentEcho } from "./steps/agent-echo.ts";
import { onAgentMessageLeft, onAgentMessageWritten } from "./steps/agent-message.ts";
import {
  onAssigned,
  onAssigneeDeactivated,
  onAssigneeWentOffline,
  onPlaceOffered,
  onTaken,
  onTransferred,
} from "./steps/assignment.ts";
import { onCloseByMember, onContactBlocked } from "./steps/close.ts";
import { onCustomerMessage } from "./steps/customer-message.ts";
import { onNoReplyNeeded, onSettingsApplied, onSnoozed } from "./steps/manual.ts";
import { onAbsorbed, onMergedAway } from "./steps/merge.ts";
import { onReopened } from "./steps/reopen.ts";
import { onDeliveredAfterAll, onRefused } from "./steps/settled-send.ts";
import { onHoldEnded, onTimePassed } from "./steps/time-passed.ts";

export type Rejection =
  | "already_taken"
  | "session_closed"
  | "session_open"
  | "session_not_latest"
  | "no_wait_running";

export type Decision =
  | {
      readonly type: "decided";
      readonly facts: SessionFacts;
      readonly deadlines: Deadlines;
      /** The least deadline that isn't held. */
      readonly nextDueAt: number | null;
      readonly effects: readonly Effect[];
    }
  | { readonly type: "ignored"; readonly reason: string }
  | { readonly type: "rejected"; readonly code: Rejection };

/** What a step says: its draft is the decision, or nothing came of the event. */
export type StepResult = "decided" | Exclude<Decision, { type: "decided" }>;

/**
 * Decides one event for one session (clock.md §4–§8).
 * @param context settings, roster, limits and the present time (the database's, read under the lock).
 */
export function decide(facts: SessionFacts, event: SessionEvent, context: Context): Decision {
  const draft = startDraft(facts, context);
  const result = step(draft, event);
  return result === "decided" ? finish(draft) : result;
}

function step(draft: Draft, event: SessionEvent): StepResult {
  switch (event.type) {
    case "customerMessageReceived":
      return onCustomerMessage(draft, event);
    case "agentMessageWritten":
      return onAgentMessageWritten(draft, event);
    case "agentMessageLeft":
      return onAgentMessageLeft(draft, event);
    case "timePassed":
      return onTimePassed(draft);
    case "agentMessageRefused":
      return onRefused(draft, event);
    case "agentMessageDeliveredAfterAll":
      return onDeliveredAfterAll(draft, event);
    case "agentEchoReceived":
      return onAgentEcho(draft, event);
    case "sessionReopened":
      return onReopened(draft, event);
    case "holdEnded":
      return onHoldEnded(draft);
    case "placeOffered":
      return onPlaceOffered(draft);
    case "sessionAssigned":
      return onAssigned(draft, event);
    case "sessionTransferred":
      return onTransferred(draft, event);
    case "sessionTaken":
      return onTaken(draft, event);
    case "noReplyNeeded":
      return onNoReplyNeeded(draft, event);
    case "sessionClosedByMember":
      return onCloseByMember(draft, event);
    case "sessionSnoozed":
      return onSnoozed(draft, event);
    case "settingsApplied":
      return onSettingsApplied(draft);
    case "contactBlocked":
      return onContactBlocked(draft, event);
    case "assigneeWentOffline":
      return onAssigneeWentOffline(draft);
    case "assigneeDeactivated":
      return onAssigneeDeactivated(draft);
    case "sessionAbsorbed":
      return onAbsorbed(draft, event);
    case "sessionMergedAway":
      return onMergedAway(draft);
  }
}

/** Derives the deadlines once more and notes when the nearest one changed. */
function finish(draft: Draft): Decision {
  const { before, facts, settings, effects, now } = draft;
  const deadlines = deadlinesOf(facts, settings);
  const next = nextDueAt(deadlines, facts.held);
  if (next !== nextBefore(draft) || isResettled(before, facts)) facts.armedAt = now;
  return { type: "decided", facts, deadlines, nextDueAt: next, effects };
}

function nextBefore({ before, context }: Draft): number | null {
  return nextDueAt(deadlinesOf(before, context.settings.current), before.held);
}

/** Other settings are in force now: every deadline counts as created by this decision. */
function isResettled(before: SessionFacts, after: SessionFacts): boolean {
  return (
    before.settings.account !== after.settings.account ||
    before.settings.channel !== after.settings.channel
  );
}
