/**
 * Works out again what is owed after the past changed (clock.md §4.4, §4.6): restores, merges, splits
 * and ends waits so that the records agree with the messages that survive.
 *
 * A wait keeps its number wherever any of its messages is found; what others merge into it brings its
 * holders, tries and breach along. Messages that a reply now separates get a wait of their own, which
 * still isn't given to those who held, or lost, the one they were in.
 */
import { act, adoptNewest, BY_PROVIDER, type Draft } from "../draft.ts";
import type { BreachWithdrawn, EndedWait } from "../effect.ts";
import type { Ms, Wait } from "../facts.ts";
import { type Answer, type OwedGroup, owedGroups, type SessionHistory } from "../history.ts";
import { freshWait, recordDueBreach, recordEnd, WAIT_NOTIFICATIONS } from "./wait.ts";

/** Why the past changed: it is the reason a disproved breach is withdrawn with. */
type Cause = Exclude<BreachWithdrawn["reason"], "merged">;

interface NumberedGroup extends OwedGroup {
  readonly number: number;
  /** Other waits whose messages ended up in this one. */
  readonly absorbed: readonly number[];
  /** For a group that gets a new number: the waits its messages were counted to. */
  readonly splitFrom: readonly number[];
}

/** The waits as they were recorded until now, the running one included. */
type Known = ReadonlyMap<number, Wait>;

/**
 * Brings the draft's wait, the ended waits and the breaches in line with `history`. In a closed session
 * nothing starts to run again; what is owed is recorded as unanswered.
 */
export function recompute(draft: Draft, history: SessionHistory, cause: Cause): void {
  const before = draft.facts.wait;
  const owed = owedGroups(history.messages);
  const running = recordBreachOfRunning(draft, owed);
  const known = knownWaits(history, running);
  const groups = numberGroups(draft, owed);
  for (const group of groups) renumberMessages(draft, group);
  let wait: Wait | null = null;
  for (const group of groups) {
    const end = endOf(draft, group);
    if (end === null) wait = runGroup(draft, history, known, group, { before, cause });
    else endGroup(draft, history, known, group, { end, cause });
  }
  draft.facts.wait = wait;
}

/** What ended a group's wait; `null`: it runs. */
type End = Pick<EndedWait, "endedAt" | "outcome" | "answeredBy">;

function endOf(draft: Draft, { answer }: OwedGroup): End | null {
  if (answer !== null) {
    return { endedAt: answer.at, outcome: "answered", answeredBy: answer.messageId };
  }
  const { closed } = draft.facts;
  if (closed === null) return null;
  return { endedAt: closed.at, outcome: "unanswered", answeredBy: null };
}

/**
 * A wait that turns out to be answered records a breach that was already due then: one that the answer
 * disproves is never recorded in the first place. A wait that goes on leaves it to its own timer.
 */
function recordBreachOfRunning(draft: Draft, groups: readonly OwedGroup[]): Wait | null {
  const { wait } = draft.facts;
  if (wait === null) return null;
  const group = groups.find(({ messages }) => messages.some(({ id }) => id === wait.startedBy));
  const answer = group?.answer ?? null;
  if (answer !== null) recordDueBreach(draft, answer.at);
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
  return groups.map((group) => {
    const counted = group.messages.flatMap(({ wait }) => (wait === null || wait === 0 ? [] : wait));
    const recorded = [...new Set(counted)];
    const [first, ...absorbed] = recorded.filter((each) => !used.has(each)).sort((a, b) => a - b);
    const number = first ?? nextNumber(draft);
    for (const each of recorded) used.add(each);
    return { ...group, number, absorbed, splitFrom: first === undefined ? recorded : [] };
  });
}

function nextNumber(draft: Draft): number {
  draft.facts.lastWaitNumber += 1;
  return draft.facts.lastWaitNumber;
}

function renumberMessages(draft: Draft, group: NumberedGroup): void {
  const ids = group.messages.flatMap(({ id, wait }) => (wait === group.number ? [] : id));
  if (ids.length > 0) {
    draft.effects.push({ type: "messagesRenumbered", ids, wait: group.number });
  }
}

/** Records the end of a group's wait, unless it is recorded so already. */
function endGroup(
  draft: Draft,
  history: SessionHistory,
  known: Known,
  group: NumberedGroup,
  { end, cause }: { readonly end: End; readonly cause: Cause },
): void {
  const recorded = history.waits.find((wait) => wait.number === group.number);
  if (recorded !== undefined && isRecorded(recorded, group, end)) return;
  reopenWaits(draft, history, group.absorbed);
  const merged = mergedWait(draft, history, known, group, cause);
  const disproved = disproves(group.answer, merged.overdueSince);
  if (disproved) withdrawBreach(draft, group.number, cause);
  const ended = { ...merged, overdueSince: disproved ? null : merged.overdueSince, ...end };
  recordEnd(draft, ended);
  if (end.answeredBy === null || recorded?.outcome === "answered") return;
  const explanation = {
    by: BY_PROVIDER,
    messageId: end.answeredBy,
    startedAt: ended.startedAt,
    lengthMs: Math.max(0, end.endedAt - ended.startedAt),
  };
  act(draft, "answered", null, explanation, group.number);
}

/**
 * An echo stamped at the very deadline was in time: its stamp is a whole second. A reply written in the
 * same millisecond as the deadline was committed after the breach.
 */
function disproves(answer: Answer | null, overdueSince: Ms | null): boolean {
  if (answer === null || overdueSince === null) return false;
  return answer.echo ? answer.at <= overdueSince : answer.at < overdueSince;
}

function isRecorded(recorded: EndedWait, group: NumberedGroup, end: End): boolean {
  return (
    recorded.outcome === end.outcome &&
    recorded.answeredBy === end.answeredBy &&
    recorded.startedAt === earliest(group).at &&
    group.absorbed.length === 0
  );
}

/** Takes back the records of waits that run again, or whose messages belong to another one. */
function reopenWaits(draft: Draft, history: SessionHistory, numbers: readonly number[]): boolean {
  const recorded = numbers.filter((number) => history.waits.some((wait) => wait.number === number));
  if (recorded.length > 0) draft.effects.push({ type: "waitsReopened", numbers: recorded });
  return recorded.length > 0;
}

/** The running wait: what it was, restored, or new. */
function runGroup(
  draft: Draft,
  history: SessionHistory,
  known: Known,
  group: NumberedGroup,
  { before, cause }: { readonly before: Wait | null; readonly cause: Cause },
): Wait {
  const merged = mergedWait(draft, history, known, group, cause);
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
    firstAssignedAt: merged.firstAssignedAt ?? assignedAt,
  };
  if (goesOn) return wait;
  const restored = reopenWaits(draft, history, [group.number, ...group.absorbed]);
  const goesOnAsOther = restored || known.has(group.number);
  if (!goesOnAsOther) adoptNewest(draft);
  draft.facts.wait = wait;
  act(draft, goesOnAsOther ? "waitRestored" : "waitStarted", null, {
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
  cause: Cause,
): Wait {
  const start = earliest(group);
  const own = known.get(group.number) ?? splitWait(draft, known, group, start);
  const others = group.absorbed.flatMap((number) => known.get(number) ?? []);
  const all = [own, ...others];
  return {
    ...own,
    startedAt: start.at,
    startedBy: start.messageId,
    firstAssignedAt: all.reduce<Ms | null>(
      (first, wait) => earlierOf(first, wait.firstAssignedAt),
      null,
    ),
    holders: [...new Set(all.flatMap((wait) => wait.holders))],
    notBackTo: [...new Set(all.flatMap((wait) => wait.notBackTo))],
    tries: all.reduce((sum, wait) => sum + wait.tries, 0),
    exhausted: all.some((wait) => wait.exhausted),
    overdueSince: mergedBreach(draft, history, group, { own, others, cause }),
  };
}

/** A new wait. Who held, or lost, the wait it was split from counts for it too. */
function splitWait(
  draft: Draft,
  known: Known,
  group: NumberedGroup,
  start: { at: Ms; messageId: string },
): Wait {
  const fresh = freshWait(draft, group.number, start);
  const from = group.splitFrom.flatMap((number) => known.get(number) ?? []);
  const holders = [...fresh.holders, ...from.flatMap((wait) => wait.holders)];
  return {
    ...fresh,
    holders: [...new Set(holders)],
    notBackTo: [...new Set(from.flatMap((wait) => wait.notBackTo))],
  };
}

/**
 * One wait has one breach: the first one stays, those merged into it are withdrawn. One that the answer
 * disproves moves nowhere.
 */
function mergedBreach(
  draft: Draft,
  history: SessionHistory,
  { answer }: NumberedGroup,
  { own, others, cause }: { own: Wait; others: readonly Wait[]; cause: Cause },
): Ms | null {
  let overdueSince = own.overdueSince;
  for (const other of others) {
    draft.effects.push({
      type: "notificationsWithdrawn",
      kinds: WAIT_NOTIFICATIONS,
      wait: other.number,
      key: null,
    });
    if (other.overdueSince === null) continue;
    if (disproves(answer, other.overdueSince)) {
      withdrawBreach(draft, other.number, cause);
      continue;
    }
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
  act(draft, "breachWithdrawn", null, { by: BY_PROVIDER, reason }, wait);
}

function earlierOf(a: Ms | null, b: Ms | null): Ms | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

function earliest(group: OwedGroup): { at: Ms; messageId: string } {
  const first = group.messages.reduce((a, b) => (b.at < a.at ? b : a));
  return { at: first.at, messageId: first.id };
}
