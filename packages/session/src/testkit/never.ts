/**
 * The "must never happen" of clock.md §9, as far as they concern the machine, checked against the oracle
 * after every decision of a story. Each broken rule throws an error that begins with its number.
 */
import type { Act, Decision, FiredDeadline, MemberId } from "../index.ts";
import { askOf, objectionTo } from "./eligible.ts";
import type { StoredSession } from "./ledger.ts";
import {
  expectedCloseAt,
  expectedReassignAt,
  expectedStart,
  hasPendingReply,
  type Memory,
  newMemory,
  owedMessages,
  replyDueAt,
} from "./oracle.ts";
import type { Story, Told } from "./story.ts";

type Decided = Extract<Decision, { type: "decided" }>;

/** Watches stories and remembers, for each session, what the oracle needs. */
export class Never {
  readonly #memories = new Map<StoredSession, Memory>();

  memoryOf(session: StoredSession): Memory {
    const known = this.#memories.get(session);
    if (known !== undefined) return known;
    const memory = newMemory(session.facts);
    this.#memories.set(session, memory);
    return memory;
  }

  /** Checks one decision; its own message is not in the ledger yet. */
  watch = (told: Told): void => {
    const { decision, event, before, context } = told;
    if (decision.type !== "decided") {
      checkLine(told);
      const due = before.closed === null ? told.session.nextDueAt : null;
      const putBack = event.type === "timePassed" && due !== null && due <= context.now;
      never(6, putBack, `a due row was put back unchanged: ${JSON.stringify(decision)}`);
      return;
    }
    if (decision.facts.assignee === null) checkLine(told);
    const memory = this.memoryOf(told.session);
    for (const act of actsOf(decision)) {
      checkExplanation(told, act);
      if (act.kind === "closed" && act.explanation.by.type === "clock") {
        checkClose(told, memory, act);
      }
      if (act.kind === "assigned") checkAssigned(told, memory, decision, act);
      if (act.kind === "warned") checkWarned(told, act, decision);
    }
    checkOnce(told.session);
    checkEndMessages(told, memory, decision);
    remember(told, memory);
    if (event.type === "timePassed" && decision.nextDueAt !== null) {
      never(6, decision.nextDueAt <= context.now, "a row is due again at once");
    }
  };

  /** Checks a story at rest: the ledger has everything that was decided. */
  checkState(story: Story): void {
    for (const session of story.sessions) {
      const memory = this.memoryOf(session);
      checkTurn(session, memory);
      checkDeadlines(story, session, memory);
      checkSchema(session);
      checkNotices(session);
      noteHolders(session, memory);
    }
  }
}

function never(rule: number, broken: boolean, what: string): void {
  if (broken) throw new Error(`§9.${rule}: ${what}`);
}

function actsOf(decision: Decided): Act[] {
  return decision.effects.flatMap((effect) => (effect.type === "act" ? [effect] : []));
}

function checkClose({ session, before }: Told, memory: Memory, act: Act): void {
  never(1, owedMessages(session, memory).length > 0, "closed while the customer is owed a reply");
  never(1, hasPendingReply(session), "closed while a reply has not left");
  never(1, before.snoozedUntil !== null && act.at < before.snoozedUntil, "closed while snoozed");
  const anchor = act.explanation.deadline?.anchor.at;
  never(7, anchor !== Math.max(...memory.closeAnchors), "the close counts from something else");
}

function checkAssigned(told: Told, memory: Memory, decision: Decided, act: Act): void {
  const { by, to } = act.explanation;
  if (by.type === "member" || to === null || to === undefined) return;
  const owed = owedMessages(told.session, memory);
  const taken = owed.some(({ id }) => memory.notBack.get(id)?.has(to) === true);
  never(4, taken, "given back by itself to a member it was taken from");
  checkEligible(told, decision, to);
  if (by.type !== "clock") return;
  const { tries = 1, maxTries = 0 } = act.explanation;
  never(4, tries > maxTries, `reassigned ${tries} times of ${maxTries}`);
  never(4, told.before.assignee === to, "reassigned to the same agent");
  const held = owed.some(({ id }) => memory.holders.get(id)?.has(to) === true);
  never(4, held, "reassigned to one who already held it in this wait");
  never(4, told.before.wait === null, "a timed reassignment without a wait");
}

function checkEligible({ context }: Told, { facts }: Decided, to: MemberId): void {
  const ask = askOf(context, facts.teamId !== null);
  never(4, ask === null, "given away though no rule matches");
  const objection = ask === null ? null : objectionTo(to, ask, context);
  never(4, objection !== null, `given to ${objection}`);
}

/** clock.md §8: whoever is offered a place and stays in line, nobody could take. */
function checkLine({ context, event, before: { wait, assignee, closed, teamId } }: Told): void {
  if (event.type !== "placeOffered" || closed !== null || wait === null || assignee !== null)
    return;
  const ask = askOf(context, teamId !== null);
  const taker = context.roster.members.find(
    ({ id }) =>
      ask !== null &&
      ask.members?.includes(id) !== false &&
      !wait.notBackTo.includes(id) &&
      objectionTo(id, ask, context) === null,
  );
  if (taker !== undefined) throw new Error(`§8: it stays in line though ${taker.id} could take it`);
}

function checkWarned(told: Told, act: Act, decision: Decided): void {
  const { deadline, dueAt } = act.explanation;
  never(5, told.before.wait === null, "warned after the reply");
  never(5, told.before.wait?.overdueSince !== null, "warned after the overdue mark");
  never(5, dueAt === undefined || dueAt <= act.at, "warned when the reply was overdue already");
  never(7, deadline?.dueAt !== (dueAt ?? 0) - (deadline?.beforeMinutes ?? 0) * 60_000, "warning");
  const both = actsOf(decision).some(({ kind }) => kind === "overdue" || kind === "breachRecorded");
  never(5, both, "warned together with the overdue mark");
}

/** Counts what may happen once, whatever ordinals the machine gave. */
function checkOnce({ acts, endMessages }: StoredSession): void {
  const seen = new Set<string>();
  for (const { kind, wait, explanation } of acts) {
    const key = onceKey(kind, wait, explanation.dueAt);
    if (key === null) continue;
    never(2, seen.has(key), `${key} twice`);
    seen.add(key);
  }
  const closes = new Set(endMessages.map(({ closeOrdinal }) => closeOrdinal));
  never(2, closes.size !== endMessages.length, "two end-of-session messages for one close");
}

function onceKey(kind: Act["kind"], wait: number, dueAt: number | undefined): string | null {
  if (kind === "warned") return `wait ${wait} warned for ${dueAt}`;
  if (kind === "overdue" || kind === "breachRecorded") return `wait ${wait} overdue`;
  return kind === "exhausted" ? `wait ${wait} exhausted` : null;
}

function checkEndMessages({ session, context }: Told, memory: Memory, decision: Decided): void {
  for (const effect of decision.effects) {
    if (effect.type !== "endMessageQueued") continue;
    const customers = session.entries.flatMap(({ message }) =>
      message.type === "customer" ? message : [],
    );
    never(3, customers.length === 0, "an end message to a customer who never wrote");
    const from = Math.max(memory.windowFrom, ...customers.map(({ stamp }) => stamp));
    const { windowMs, windowMarginMs } = context.limits;
    const open = context.now < from + (windowMs ?? 0) - windowMarginMs;
    never(3, effect.content.type === "text" && !open, "a text outside the messaging window");
  }
}

/** Whether a wait runs exactly when the customer is owed a reply, from the earliest message on. */
function checkTurn(session: StoredSession, memory: Memory): void {
  const { facts } = session;
  const owed = facts.closed === null ? owedMessages(session, memory) : [];
  never(1, owed.length > 0 && facts.wait === null, "the customer is owed a reply and nobody knows");
  never(1, owed.length === 0 && facts.wait !== null, "a wait runs and nothing is owed");
  if (facts.wait === null) return;
  const start = expectedStart(owed);
  never(7, facts.wait.startedAt !== start, `the wait starts at ${facts.wait.startedAt} ≠ ${start}`);
  const first = owed.find(({ id }) => id === facts.wait?.startedBy);
  never(7, first?.at !== start, "the wait was started by another message");
}

function checkDeadlines(story: Story, session: StoredSession, memory: Memory): void {
  const { facts, deadlines, nextDueAt } = session;
  const settings = story.inForce(facts.settings);
  const { wait } = facts;
  const open = facts.closed === null;
  const due = open && wait !== null ? replyDueAt(facts, wait.startedAt, settings) : null;
  const overdueAt = wait?.overdueSince === null ? due : null;
  const warned = session.acts.some(
    (act) => act.kind === "warned" && act.wait === wait?.number && act.explanation.dueAt === due,
  );
  const warnAt =
    overdueAt === null || warned ? null : overdueAt - settings.reply.warnMinutes * 60_000;
  const closeAt = expectedCloseAt(session, memory, settings);
  const reassignAt = expectedReassignAt(facts, settings);
  never(6, deadlines.wakeAt !== facts.snoozedUntil, "wakeAt");
  never(6, deadlines.overdueAt !== overdueAt, `overdueAt ${deadlines.overdueAt} ≠ ${overdueAt}`);
  never(6, deadlines.warnAt !== warnAt, `warnAt ${deadlines.warnAt} ≠ ${warnAt}`);
  never(6, deadlines.closeAt !== closeAt, `closeAt ${deadlines.closeAt} ≠ ${closeAt}`);
  never(6, deadlines.reassignAt !== reassignAt, `reassignAt ${deadlines.reassignAt}`);
  const counted = facts.held ? [] : [closeAt, reassignAt];
  const all = [facts.snoozedUntil, overdueAt, warnAt, ...counted].flatMap((at) => at ?? []);
  const least = all.length === 0 ? null : Math.min(...all);
  never(6, nextDueAt !== least, `next due ${nextDueAt} ≠ ${least}`);
}

/** The constraints of the database's schema. */
function checkSchema({ facts, deadlines, waits }: StoredSession): void {
  const { wait, closed } = facts;
  const broken =
    (facts.assignee === null) !== (facts.assignedAt === null) ||
    (facts.lastAgentMessage === null) !== (facts.lastAgentMessageAt === null) ||
    facts.pendingSends < 0 ||
    (wait !== null && wait.number > facts.lastWaitNumber) ||
    (closed !== null && (wait !== null || facts.snoozedUntil !== null || facts.held)) ||
    (closed !== null && Object.values(deadlines).some((at) => at !== null)) ||
    (wait !== null && waits.has(wait.number)) ||
    [...waits.values()].some(
      (each) => (each.outcome === "answered") !== (each.answeredBy !== null),
    );
  never(6, broken, `the schema refuses it: ${JSON.stringify(facts)}`);
}

/** clock.md §5: that somebody has a session is told to whoever has it, and stands no longer than they do. */
function checkNotices({ facts, notices }: StoredSession): void {
  const wrong = notices.find(({ kind, to }) => kind === "assigned" && to !== facts.assignee);
  if (wrong !== undefined) throw new Error(`§5: ${wrong.to} is told that they hold it, and don't`);
}

const NEEDS_DEADLINE: readonly Act["kind"][] = [
  "closed",
  "overdue",
  "warned",
  "woken",
  "waitingForAgent",
  "breachRecorded",
];

const MOVES: readonly Act["kind"][] = ["assigned", "unassigned", "exhausted", "queued"];

function checkExplanation(told: Told, act: Act): void {
  const { by, deadline, routed, reason, to } = act.explanation;
  const automatic = by.type === "clock" || by.type === "rules";
  const needs = by.type === "clock" && NEEDS_DEADLINE.includes(act.kind);
  never(7, needs && deadline === undefined, `${act.kind} without its deadline`);
  const moved = MOVES.includes(act.kind);
  const numbers = [deadline, routed, reason, act.explanation.tries];
  const unexplained = numbers.every((each) => each === undefined);
  never(7, automatic && moved && unexplained, `${act.kind} by ${by.type} without a reason`);
  const chosen = routed?.candidates.some(({ memberId }) => memberId === to);
  never(7, act.kind === "assigned" && automatic && chosen !== true, "assigned to no candidate");
  never(7, act.at !== told.context.now, "an act at another time than its decision");
  if (deadline !== undefined) checkNumbers(told, act, deadline);
}

function checkNumbers({ story, context, before }: Told, act: Act, deadline: FiredDeadline): void {
  const { anchor, minutes, beforeMinutes, dueAt, firedAt, armedAt, latenessMs } = deadline;
  const sum = anchor.at + minutes * 60_000 - beforeMinutes * 60_000;
  never(7, dueAt !== sum, `${act.kind}: ${anchor.at} + ${minutes} min ≠ ${dueAt}`);
  never(7, firedAt !== context.now || dueAt > firedAt, `${act.kind} fired before it was due`);
  never(7, armedAt !== before.armedAt || armedAt > firedAt, `${act.kind}: armed at ${armedAt}`);
  const late = firedAt - Math.max(dueAt, armedAt);
  never(7, latenessMs !== Math.max(0, late), `${act.kind}: ${latenessMs} ms late ≠ ${late}`);
  const { closure, reply, reassign } = story.inForce(deadline.settings);
  const numbers: Partial<Record<Act["kind"], number>> = {
    closed: closure.afterMinutes,
    overdue: reply.limitMinutes,
    breachRecorded: reply.limitMinutes,
    warned: reply.limitMinutes,
    assigned: reassign.afterMinutes,
    waitingForAgent: reassign.afterMinutes,
    exhausted: reassign.afterMinutes,
    woken: 0,
  };
  never(7, numbers[act.kind] !== minutes, `${act.kind}: not the setting's ${minutes} minutes`);
  never(7, act.kind === "warned" && beforeMinutes !== reply.warnMinutes, "not the warning's");
}

/** Notes what happened where the oracle can't see it in the messages. */
function remember({ session, before, event, decision, context }: Told, memory: Memory): void {
  if (decision.type !== "decided") return;
  const owed = owedMessages(session, memory);
  const isOpen = before.closed === null;
  if (event.type === "agentMessageLeft" || event.type === "agentEchoReceived") {
    memory.closeAnchors.push(event.at);
    memory.mayClose = true;
  } else if (event.type === "agentMessageRefused") {
    memory.closeAnchors.push(context.now);
    memory.mayClose = true;
  } else if (event.type === "noReplyNeeded") {
    for (const { id } of owed) memory.settled.add(id);
    memory.closeAnchors.push(context.now);
    memory.mayClose = true;
  }
  if (!isOpen && decision.facts.closed === null) memory.closeAnchors.push(context.now);
  const woke = before.snoozedUntil !== null && decision.facts.snoozedUntil === null;
  if (woke && decision.facts.closed === null) memory.closeAnchors.push(context.now);
  const byHand =
    event.type === "sessionTransferred" || (event.type === "sessionAssigned" && event.to === null);
  const exhausted = actsOf(decision).some(({ kind }) => kind === "exhausted");
  if (before.assignee === null || !(byHand || exhausted)) return;
  for (const { id } of owed) addTo(memory.notBack, id, before.assignee);
}

function noteHolders(session: StoredSession, memory: Memory): void {
  const { assignee, closed } = session.facts;
  if (assignee === null || closed !== null) return;
  for (const { id } of owedMessages(session, memory)) addTo(memory.holders, id, assignee);
}

function addTo(sets: Map<string, Set<MemberId>>, key: string, member: MemberId): void {
  const set = sets.get(key) ?? new Set();
  set.add(member);
  sets.set(key, set);
}
