import type { StepResult } from "../decide.ts";
import { act, byMember, type Draft } from "../draft.ts";
import type { SessionAssigned, SessionTaken, SessionTransferred } from "../event.ts";
import {
  assign,
  assignByRules,
  excludeFromWait,
  leaveTeam,
  movePointer,
  notePassedOver,
  routedOf,
  routeToAnother,
  routeToUntried,
  tellNobodyEligible,
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
  if (from === event.to && (event.to !== null || facts.teamId === null)) {
    return { type: "ignored", reason: "already assigned so" };
  }
  if (event.to === null) leaveTeam(draft);
  if (from === event.to) act(draft, "transferred", null, { by: byMember(event.by) });
  else assign(draft, event.to, event.by);
  if (event.to === null && facts.wait !== null) {
    if (from !== null) excludeFromWait(draft, from);
    assignByRules(draft);
  }
  return "decided";
}

/**
 * A person gives the session to a team. Whoever of it is eligible gets it at once, in turn; otherwise it
 * joins the line, and only the team's members get it from there (docs/adr/0020). It never goes straight
 * back to whom it was taken from, and uses no try (clock.md §5, "Manual acts").
 */
export function onTransferred(draft: Draft, { team, by }: SessionTransferred): StepResult {
  const { facts } = draft;
  if (facts.closed !== null) return { type: "rejected", code: "session_closed" };
  const from = facts.assignee;
  facts.teamId = team.id;
  draft.team = team;
  const { id, name } = team;
  act(draft, "transferred", null, { by: byMember(by), from, team: { id, name } });
  const result = routeToAnother(draft);
  if (from !== null) excludeFromWait(draft, from);
  if (result.memberId !== null || from !== null) {
    movePointer(draft, result);
    assign(draft, result.memberId, by, { routed: routedOf(result) });
  }
  // After the assignment, which takes back what was told of the one before.
  if (result.memberId === null) {
    tellNobodyEligible(draft);
    notePassedOver(draft, result);
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
 * line; giving away one that waits uses a try, of which a save may have left none (clock.md §5, §8). It is
 * a reassignment, so not while those are held after an outage (§6).
 */
export function onPlaceOffered(draft: Draft): StepResult {
  const { wait, assignee, closed } = draft.facts;
  if (closed !== null || wait === null) return { type: "ignored", reason: "nobody waits" };
  if (assignee === null) {
    assignByRules(draft);
    return draft.effects.length > 0 ? "decided" : { type: "ignored", reason: "nobody is eligible" };
  }
  if (!wait.waitingForAgent) return { type: "ignored", reason: "it is not in line" };
  if (draft.context.hold) return { type: "ignored", reason: "reassignments are held" };
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

/**
 * The assignee went offline and the account moves waiting sessions at once, without using a try. Who held
 * it already in this wait is only passed over while somebody else is eligible: the customer waits.
 */
export function onAssigneeWentOffline(draft: Draft): StepResult {
  const { wait, assignee, closed } = draft.facts;
  if (closed !== null || wait === null || assignee === null) {
    return { type: "ignored", reason: "nobody waits" };
  }
  const untried = routeToUntried(draft, wait);
  const result = untried.memberId === null ? routeToAnother(draft) : untried;
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
