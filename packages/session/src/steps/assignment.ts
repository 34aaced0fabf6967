import type { StepResult } from "../decide.ts";
import type { Draft } from "../draft.ts";
import type { SessionAssigned, SessionTaken } from "../event.ts";
import {
  assign,
  assignByRules,
  excludeFromWait,
  movePointer,
  routedOf,
  routeToUntried,
} from "./assign.ts";
import { exhaust, giveAway } from "./time-passed.ts";

/**
 * A person assigns, transfers or unassigns. Assigning the same member changes nothing; an unassigned
 * session whose customer waits joins the line, which is drained at once (clock.md §8).
 */
export function onAssigned(draft: Draft, event: SessionAssigned): StepResult {
  const { facts } = draft;
  if (facts.closed !== null) return { type: "rejected", code: "session_closed" };
  const from = facts.assignee;
  if (from === event.to) return { type: "ignored", reason: "already assigned so" };
  assign(draft, event.to, event.by);
  if (event.to === null && from !== null && facts.wait !== null) {
    excludeFromWait(draft, from);
    assignByRules(draft);
  }
  return "decided";
}

/** Any agent may take an unassigned session; the first commit wins (clock.md §8). */
export function onTaken(draft: Draft, event: SessionTaken): StepResult {
  const { facts } = draft;
  if (facts.closed !== null) return { type: "rejected", code: "session_closed" };
  if (facts.assignee === event.by) return { type: "ignored", reason: "already theirs" };
  if (facts.assignee !== null) return { type: "rejected", code: "already_taken" };
  assign(draft, event.by, event.by);
  return "decided";
}

/**
 * Somebody may have become eligible. Unassigned sessions and those *waiting for an agent* form one
 * line; giving away one that waits uses a try, of which a save may have left none (clock.md §5, §8).
 */
export function onPlaceOffered(draft: Draft): StepResult {
  const { wait, assignee, closed } = draft.facts;
  if (closed !== null || wait === null) return { type: "ignored", reason: "nobody waits" };
  if (assignee === null) {
    return assignByRules(draft) ? "decided" : { type: "ignored", reason: "nobody is eligible" };
  }
  if (!wait.waitingForAgent) return { type: "ignored", reason: "it is not in line" };
  const { tries } = wait;
  const { maxPerWait } = draft.settings.reassign;
  if (tries >= maxPerWait) {
    exhaust(draft, wait, assignee, { tries, maxTries: maxPerWait });
    return "decided";
  }
  const result = routeToUntried(draft, wait);
  if (result.memberId !== null) {
    giveAway(draft, wait, result.memberId, { routed: routedOf(result) });
    movePointer(draft, result);
    return "decided";
  }
  if (result.untriedExists) return { type: "ignored", reason: "nobody is eligible" };
  exhaust(draft, wait, assignee, { routed: routedOf(result) });
  return "decided";
}

/** The assignee went offline and the account moves waiting sessions at once, without using a try. */
export function onAssigneeWentOffline(draft: Draft): StepResult {
  const { wait, assignee, closed } = draft.facts;
  if (closed !== null || wait === null || assignee === null) {
    return { type: "ignored", reason: "nobody waits" };
  }
  const result = routeToUntried(draft, wait);
  if (result.memberId === null) return { type: "ignored", reason: "nobody is eligible" };
  movePointer(draft, result);
  assign(draft, result.memberId, "rules", { routed: routedOf(result), reason: "offline" });
  return "decided";
}

/**
 * A deactivated member's sessions: those with a wait move, the rest are unassigned (clock.md §8). When
 * nobody untried is eligible, the session joins the line like any other.
 */
export function onAssigneeDeactivated(draft: Draft): StepResult {
  const { wait, assignee, closed } = draft.facts;
  if (closed !== null || assignee === null) return { type: "ignored", reason: "nobody holds it" };
  const result = wait === null ? null : routeToUntried(draft, wait);
  if (result === null || result.memberId === null) {
    excludeFromWait(draft, assignee);
    assign(draft, null, "rules", { reason: "deactivated" });
    if (wait !== null) assignByRules(draft);
    return "decided";
  }
  movePointer(draft, result);
  assign(draft, result.memberId, "rules", { routed: routedOf(result), reason: "deactivated" });
  return "decided";
}
