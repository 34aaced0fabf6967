/**
 * Works out again what is owed after the past changed (clock.md §4.4, §4.6): restores, merges, splits
 * and ends waits so that the records agree with the messages that survive.
 *
 * A wait keeps its number wherever any of its messages is found; what others merge into it brings its
 * holders, tries and breach along. Messages that a reply now separates get a wait of their own.
 */
import { act, BY_PROVIDER, type Draft } from "../draft.ts";
import type { BreachWithdrawn, EndedWait } from "../effect.ts";
import type { Ms, Wait } from "../facts.ts";
import { type Answer, type OwedGroup, owedGroups, type SessionHistory } from "../history.ts";
import { freshWait, recordDueBreach, recordEnd } from "./wait.ts";

/** Why the past changed: it is the reason a disproved breach is withdrawn with. */
type Cause = Exclude<BreachWithdrawn["reason"], "merged">;

interface NumberedGroup extends OwedGroup {
  readonly number: number;
  /** Other waits whose messages ended up in this one. */
  readonly absorbed: readonly number[];
}

/** The waits as they were recorded until now, the running one included. */
type Known = ReadonlyMap<number, Wait>;

/**
 * Brings the draft's wait, the ended waits and the breaches in line with `history`. In a closed session
 * nothing starts to run again; what is owed stays recorded as unanswered.
 */
export function recompute(draft: Draft, history: SessionHistory, cause: Cause): void {
  const before = draft.facts.wait;
  const running = recordBreachOfRunning(draft, history);
  const known = knownWaits(history, running);
  const groups = numberGroups(draft, owedGroups(history.messages));
  for (const group of groups) renumberMessages(draft, group);
  for (const group of groups) {
    if (group.answer !== null) endGroup(draft, history, known, group, group.answer, cause);
  }
  const owed = groups.find((group) => group.answer === null);
  if (draft.facts.closed !== null) return;
  draft.facts.wait = owed === undefined ? null : runGroup(draft, history, known, owed, before);
}

/**
 * A wait that is about to end records a breach that was already due, at the time of what ends it: a
 * breach that the answer disproves is never recorded in the first place.
 */
function recordBreachOfRunning(draft: Draft, history: SessionHistory): Wait | null {
  const { wait } = draft.facts;
  if (wait === null) return null;
  const group = owedGroups(history.messages).find((each) =>
    each.messages.some((message) => message.id === wait.startedBy),
  );
  recordDueBreach(draft, group?.answer?.at ?? draft.now);
  return draft.facts.wait;
}

function knownWaits(history: SessionHistory, running: Wait | null): Known {
  const known = new Map<number, Wait>();
  for (const { endedAt: _end, outcome: _outcome, answeredBy: _by, ...wait } of history.waits) {
    known.set(wait.number, wait);
  }
  if (running !== null) known.set(running.number, running);
  return known;
}

function numberGroups(draft: Draft, groups: readonly OwedGroup[]): readonly NumberedGroup[] {
  const used = new Set<number>();
  const own = groups.map((group) => {
    const numbers = [...new Set(group.messages.flatMap((message) => message.wait ?? []))]
      .filter((number) => !used.has(number))
      .sort((a, b) => a - b);
    for (const number of numbers) used.add(number);
    return { group, numbers };
  });
  return own.map(({ group, numbers: [first, ...absorbed] }) => {
    const number = first ?? draft.facts.lastWaitNumber + 1;
    draft.facts.lastWaitNumber = Math.max(draft.facts.lastWaitNumber, number);
    return { ...group, number, absorbed };
  });
}

function renumberMessages(draft: Draft, group: NumberedGroup): void {
  const ids = group.messages.flatMap(({ id, wait }) => (wait === group.number ? [] : id));
  if (ids.length > 0) {
    draft.effects.push({ type: "messagesRenumbered", ids, wait: group.number });
  }
}

/** Records the end of an answered group, unless it is recorded so already. */
function endGroup(
  draft: Draft,
  history: SessionHistory,
  known: Known,
  group: NumberedGroup,
  answer: Answer,
  cause: Cause,
): void {
  const recorded = history.waits.find((wait) => wait.number === group.number);
  const unchanged =
    recorded?.answeredBy === answer.messageId &&
    recorded.endedAt === answer.at &&
    group.absorbed.length === 0;
  if (unchanged) return;
  const merged = mergedWait(draft, history, known, group);
  const disproved = merged.overdueSince !== null && answer.at <= merged.overdueSince;
  if (disproved) withdrawBreach(draft, group.number, cause);
  const ended: EndedWait = {
    ...merged,
    overdueSince: disproved ? null : merged.overdueSince,
    endedAt: answer.at,
    outcome: "answered",
    answeredBy: answer.messageId,
  };
  recordEnd(draft, ended);
  if (recorded?.outcome === "answered") return;
  act(draft, "answered", null, {
    by: BY_PROVIDER,
    messageId: answer.messageId,
    startedAt: ended.startedAt,
    lengthMs: Math.max(0, answer.at - ended.startedAt),
  });
}

/** The running wait: what it was, restored, or new. */
function runGroup(
  draft: Draft,
  history: SessionHistory,
  known: Known,
  group: NumberedGroup,
  before: Wait | null,
): Wait {
  const merged = mergedWait(draft, history, known, group);
  const goesOn = before?.number === group.number && group.absorbed.length === 0;
  const { assignee, assignedAt } = draft.facts;
  const wait: Wait = {
    ...merged,
    knownAt: goesOn ? before.knownAt : draft.now,
    waitingForAgent: goesOn && before.waitingForAgent,
    holders:
      assignee === null || merged.holders.includes(assignee)
        ? merged.holders
        : [...merged.holders, assignee],
    firstAssignedAt:
      merged.firstAssignedAt ??
      (assignedAt === null ? null : Math.max(merged.startedAt, assignedAt)),
  };
  if (goesOn) return wait;
  const stale = [group.number, ...group.absorbed].filter((number) =>
    history.waits.some((each) => each.number === number),
  );
  if (stale.length > 0) draft.effects.push({ type: "waitsReopened", numbers: stale });
  draft.facts.wait = wait;
  act(draft, stale.length > 0 ? "waitRestored" : "waitStarted", null, {
    by: BY_PROVIDER,
    messageId: wait.startedBy,
    startedAt: wait.startedAt,
  });
  return wait;
}

/** The marks of all waits whose messages are in the group, its start worked out anew. */
function mergedWait(
  draft: Draft,
  history: SessionHistory,
  known: Known,
  group: NumberedGroup,
): Wait {
  const start = earliest(group);
  const own = known.get(group.number) ?? freshWait(draft, group.number, start);
  const others = group.absorbed.flatMap((number) => known.get(number) ?? []);
  const all = [own, ...others];
  const heldFromStart = own.firstAssignedAt === own.startedAt;
  return {
    ...own,
    startedAt: start.at,
    startedBy: start.messageId,
    firstAssignedAt: heldFromStart ? start.at : own.firstAssignedAt,
    holders: [...new Set(all.flatMap((wait) => wait.holders))],
    notBackTo: [...new Set(all.flatMap((wait) => wait.notBackTo))],
    tries: all.reduce((sum, wait) => sum + wait.tries, 0),
    exhausted: all.some((wait) => wait.exhausted),
    overdueSince: mergedBreach(draft, history, own, others),
  };
}

/** One wait has one breach: the first one stays, those merged into it are withdrawn. */
function mergedBreach(
  draft: Draft,
  history: SessionHistory,
  own: Wait,
  others: readonly Wait[],
): Ms | null {
  let overdueSince = own.overdueSince;
  for (const other of others) {
    draft.effects.push({
      type: "notificationsWithdrawn",
      kinds: ["warning", "overdue", "waitingForAgent", "exhausted"],
      wait: other.number,
    });
    if (other.overdueSince === null) continue;
    draft.effects.push({ type: "breachWithdrawn", wait: other.number, reason: "merged" });
    if (overdueSince !== null) continue;
    overdueSince = other.overdueSince;
    const breach = history.breaches.find((each) => each.wait === other.number);
    draft.effects.push({
      type: "breachRecorded",
      wait: own.number,
      dueAt: other.overdueSince,
      memberId: breach === undefined ? draft.facts.assignee : breach.memberId,
    });
  }
  return overdueSince;
}

function withdrawBreach(draft: Draft, wait: number, reason: Cause): void {
  draft.effects.push({ type: "breachWithdrawn", wait, reason });
  act(draft, "breachWithdrawn", null, { by: BY_PROVIDER, reason });
}

function earliest(group: OwedGroup): { at: Ms; messageId: string } {
  const first = group.messages.reduce((a, b) => (b.at < a.at ? b : a));
  return { at: first.at, messageId: first.id };
}
