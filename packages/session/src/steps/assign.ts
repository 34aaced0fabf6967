import { deadlinesOf } from "../deadlines.ts";
import { act, BY_CLOCK, BY_RULES, byMember, type Draft, deadlinesNow, setWait } from "../draft.ts";
import type { Explanation } from "../explanation.ts";
import type { MemberId, Wait } from "../facts.ts";
import { type RouteRequest, type RouteResult, route } from "../routing/route.ts";
import { minutes } from "../settings.ts";
import { recordDueBreach } from "./wait.ts";

export type AssignedBy = "rules" | "clock" | MemberId;

/**
 * Gives the session to a member, or to nobody. Everyone concerned is told, except whoever did it.
 * A breach already due is recorded first, with the assignee before the change (clock.md §5); one whose
 * deadline this very decision made, in the past, is left to the timer, which fires at once (§6).
 */
export function assign(
  draft: Draft,
  to: MemberId | null,
  by: AssignedBy,
  detail: Partial<Explanation> & { ordinal?: number } = {},
): void {
  const { facts } = draft;
  const from = facts.assignee;
  if (wasOverdueBefore(draft)) recordDueBreach(draft, draft.now);
  if (to !== null && draft.team?.members.includes(to) !== true) leaveTeam(draft);
  facts.assignee = to;
  facts.assignedAt = to === null ? null : draft.now;
  if (facts.wait !== null) facts.wait = heldWait(draft, facts.wait, to);
  draft.effects.push({ type: "assignmentChanged", from, to, by });
  const { ordinal, ...explanation } = detail;
  act(draft, to === null ? "unassigned" : "assigned", ordinal ?? null, {
    ...explanation,
    by: actor(by),
    from,
    to,
  });
  tellBoth(draft, from, to, by);
}

/** The rules decide again who gets the session by itself. */
export function leaveTeam(draft: Draft): void {
  draft.facts.teamId = null;
  draft.team = null;
}

function wasOverdueBefore({ before, context, now }: Draft): boolean {
  const { overdueAt } = deadlinesOf(before, context.settings.current);
  return overdueAt !== null && overdueAt < now;
}

function heldWait(draft: Draft, running: Wait, to: MemberId | null): Wait {
  const { passedOver: _over, ...wait } = running;
  if (to === null) return { ...wait, waitingForAgent: false };
  return {
    ...wait,
    waitingForAgent: false,
    firstAssignedAt: wait.firstAssignedAt ?? draft.now,
    holders: wait.holders.includes(to) ? wait.holders : [...wait.holders, to],
  };
}

function tellBoth(draft: Draft, from: MemberId | null, to: MemberId | null, by: AssignedBy): void {
  const { facts, effects, now } = draft;
  const wait = facts.wait?.number ?? facts.lastWaitNumber;
  if (facts.wait !== null) {
    const kinds = ["warning", "waitingForAgent", "exhausted", "nobodyEligible"] as const;
    effects.push({ type: "notificationsWithdrawn", kinds, wait, key: null });
  }
  if (from !== null) {
    // Whoever lost it may have got it in an earlier wait.
    const kinds = ["assigned"] as const;
    effects.push({ type: "notificationsWithdrawn", kinds, wait: null, key: null });
  }
  if (to !== null && to !== by) {
    const key = `assigned:${now}`;
    effects.push({
      type: "notified",
      kind: "assigned",
      to,
      wait,
      key,
      replyDueAt: timeLeft(draft),
    });
  }
  if (from !== null && from !== by) {
    const key = `takenAway:${now}`;
    effects.push({ type: "notified", kind: "takenAway", to: from, wait, key, replyDueAt: null });
  }
}

/** Whoever is assigned inside the warning window, or after it, is told when the reply is due. */
function timeLeft(draft: Draft): number | null {
  const { wait } = draft.facts;
  if (wait === null) return null;
  if (wait.overdueSince !== null) return wait.overdueSince;
  const { overdueAt } = deadlinesNow(draft);
  if (overdueAt === null) return null;
  return overdueAt - minutes(draft.settings.reply.warnMinutes) <= draft.now ? overdueAt : null;
}

function actor(by: AssignedBy): Explanation["by"] {
  if (by === "rules") return BY_RULES;
  return by === "clock" ? BY_CLOCK : byMember(by);
}

/** Runs the assignment rules for a session that nobody holds (clock.md §5, §8). */
export function assignByRules(draft: Draft): void {
  const result = route(draft.context.roster, {
    contact: draft.context.contact,
    excluded: notBackTo(draft.facts.wait),
    ignorePreviousAgent: false,
    at: draft.now,
    team: draft.team,
    random: draft.context.random,
  });
  if (result.memberId === null) {
    if (joinsLine(draft) && (result.rule !== null || result.team !== null)) {
      tellNobodyEligible(draft);
    }
    notePassedOver(draft, result);
    return;
  }
  movePointer(draft, result);
  assign(draft, result.memberId, "rules", { routed: routedOf(result) });
}

/**
 * Puts onto the timeline why nobody got it, once for each reason: it is looked for somebody again and again
 * while it waits (clock.md §7). Where no rule ever matched, people take sessions by themselves.
 */
export function notePassedOver(draft: Draft, result: RouteResult): void {
  const { wait } = draft.facts;
  if (wait === null) return;
  const asked = result.rule?.id ?? result.team?.id;
  if (asked === undefined && wait.passedOver === undefined) return;
  const obstacles = new Set(result.candidates.map(({ verdict }) => obstacleOf(verdict)));
  const passedOver = [asked ?? "no rule", ...[...obstacles].sort()].join(", ");
  if (wait.passedOver === passedOver) return;
  setWait(draft, wait, { passedOver });
  act(draft, "queued", null, { by: BY_RULES, routed: routedOf(result) });
}

/** The kind of it: how many sessions somebody holds changes all the time. */
function obstacleOf(verdict: string): string {
  if (verdict.startsWith("at capacity")) return "at capacity";
  return NOT_AGAIN.includes(verdict) ? "had it before" : verdict;
}

const NOT_AGAIN: readonly string[] = [
  "holds it now",
  "already held it in this wait",
  "it was taken from them in this wait",
] satisfies readonly ReasonToExclude[];

/** Whether nobody holds the wait from this decision on. */
function joinsLine({ before, facts: { wait } }: Draft): boolean {
  return before.assignee !== null || before.wait?.number !== wait?.number;
}

/**
 * A rule, or a team, was to find somebody for a waiting customer and found nobody: supervisors are told
 * when the session joins the line, and again only when somebody had it meanwhile. Without a matching rule
 * people take sessions by themselves, and of an exhausted wait they were told already.
 */
export function tellNobodyEligible({ facts, effects }: Draft): void {
  const { wait } = facts;
  if (wait === null || wait.exhausted) return;
  effects.push({
    type: "notified",
    kind: "nobodyEligible",
    to: "supervisors",
    wait: wait.number,
    key: `nobodyEligible:${wait.number}`,
    replyDueAt: null,
  });
}

/** A wait that nobody holds goes to a member by the rules, if one is eligible (clock.md §5). */
export function assignWaiting(draft: Draft): void {
  if (draft.facts.wait !== null && draft.facts.assignee === null) assignByRules(draft);
}

/** Looks for a member who hasn't held the session in this wait. */
export function routeToUntried(draft: Draft, wait: Wait): RouteResult {
  const excluded = notBackTo(wait);
  for (const holder of wait.holders) excluded.set(holder, "already held it in this wait");
  if (draft.facts.assignee !== null) excluded.set(draft.facts.assignee, "holds it now");
  return route(draft.context.roster, {
    contact: draft.context.contact,
    excluded,
    ignorePreviousAgent: true,
    at: draft.now,
    team: draft.team,
    random: draft.context.random,
  });
}

/** Looks for a member other than the assignee from whom it was not taken in this wait, tried or not. */
export function routeToAnother(draft: Draft): RouteResult {
  const excluded = notBackTo(draft.facts.wait);
  if (draft.facts.assignee !== null) excluded.set(draft.facts.assignee, "holds it now");
  return route(draft.context.roster, {
    contact: draft.context.contact,
    excluded,
    ignorePreviousAgent: true,
    at: draft.now,
    team: draft.team,
    random: draft.context.random,
  });
}

function notBackTo(wait: Wait | null): Map<MemberId, ReasonToExclude> {
  const excluded = new Map<MemberId, ReasonToExclude>();
  for (const id of wait?.notBackTo ?? []) {
    excluded.set(id, "it was taken from them in this wait");
  }
  return excluded;
}

type ReasonToExclude = RouteRequest["excluded"] extends ReadonlyMap<MemberId, infer R> ? R : never;

export function movePointer(draft: Draft, result: RouteResult): void {
  const { rule, team, memberId } = result;
  if (!result.movesPointer || memberId === null) return;
  if (rule !== null) draft.effects.push({ type: "pointerMoved", ruleId: rule.id, memberId });
  if (team !== null) draft.effects.push({ type: "teamTurnMoved", teamId: team.id, memberId });
}

export function routedOf(result: RouteResult): NonNullable<Explanation["routed"]> {
  return {
    ruleId: result.rule?.id ?? null,
    ruleName: result.rule?.name ?? null,
    ...(result.team === null ? {} : { teamId: result.team.id }),
    candidates: result.candidates,
  };
}

/** Members that the wait must not go back to by itself. */
export function excludeFromWait(draft: Draft, memberId: MemberId): void {
  const { wait } = draft.facts;
  if (wait === null || wait.notBackTo.includes(memberId)) return;
  setWait(draft, wait, { notBackTo: [...wait.notBackTo, memberId] });
}
