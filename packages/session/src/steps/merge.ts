import type { StepResult } from "../decide.ts";
import { act, BY_PROVIDER, type Draft } from "../draft.ts";
import type { SessionAbsorbed } from "../event.ts";
import type { MemberId, MessageId, SessionFacts, Wait } from "../facts.ts";
import { type HistoryMessage, owedGroups } from "../history.ts";
import { assignWaiting } from "./assign.ts";
import { closeSession } from "./close.ts";
import { recordEnd } from "./wait.ts";

/**
 * Which of two open sessions of a merged contact survives: the one with the older wait; when neither
 * has one, the newer session (clock.md §4.8).
 */
export function survivesMerge(a: SessionFacts, b: SessionFacts): "a" | "b" {
  if (a.wait !== null || b.wait !== null) {
    const startA = a.wait?.startedAt ?? Number.POSITIVE_INFINITY;
    const startB = b.wait?.startedAt ?? Number.POSITIVE_INFINITY;
    return startA <= startB ? "a" : "b";
  }
  return a.openedAt >= b.openedAt ? "a" : "b";
}

/**
 * The survivor takes over the other's messages, tries and sends, refused ones included. A merge ends
 * no wait: a reply that one of them got didn't answer what the customer wrote in the other, so what
 * was owed in either is owed still, as one wait. The other's waits that ended stay recorded there; if a
 * refusal brings one of them back later, it is a new wait of this session.
 */
export function onAbsorbed(draft: Draft, event: SessionAbsorbed): StepResult {
  const { facts } = draft;
  if (facts.closed !== null) return { type: "rejected", code: "session_closed" };
  const { other } = event;
  if (other.customerWrote && !facts.customerWrote) {
    draft.effects.push({ type: "endMessageWithdrawn" });
    facts.customerWrote = true;
  }
  facts.pendingSends += other.pendingSends;
  facts.lastCustomerStamp = latest(facts.lastCustomerStamp, other.lastCustomerStamp);
  facts.noReplyNeededAt = latest(facts.noReplyNeededAt, other.noReplyNeededAt);
  facts.reopenedAt = latest(facts.reopenedAt, other.reopenedAt);
  facts.wokenAt = latest(facts.wokenAt, other.wokenAt);
  if ((other.lastAgentMessageAt ?? 0) > (facts.lastAgentMessageAt ?? 0)) {
    facts.lastAgentMessageAt = other.lastAgentMessageAt;
    facts.lastAgentMessage = other.lastAgentMessage;
  }
  act(draft, "merged", null, { by: BY_PROVIDER });
  joinWaits(draft, event);
  assignWaiting(draft);
  return "decided";
}

/** Makes one wait of both running ones, and puts what the other's was owed to in it. */
function joinWaits(draft: Draft, { history, other, ...event }: SessionAbsorbed): void {
  const { facts, effects } = draft;
  const isOther = new Set(event.otherMessages);
  const moved = history.messages.filter(({ id }) => isOther.has(id));
  const last = history.messages.at(-1);
  if (moved.length > 0 && last !== undefined) {
    effects.push({ type: "messagesMerged", ids: event.otherMessages, after: last.id });
  }
  const owed = other.wait === null ? [] : owedIn(moved);
  const over = moved.filter((each) => isCounted(each) && !owed.includes(each.id));
  if (over.length > 0) {
    effects.push({ type: "messagesRenumbered", ids: over.map(({ id }) => id), wait: 0 });
  }
  if (other.wait === null) return;
  const own = facts.wait ?? takenOver(draft, other.wait);
  facts.lastWaitNumber = Math.max(facts.lastWaitNumber, own.number);
  facts.wait = joinedWait(draft, own, other.wait, event.otherBreachBy);
  effects.push({ type: "messagesRenumbered", ids: owed, wait: own.number });
}

/** The messages of one session that nobody answered yet. */
function owedIn(messages: readonly HistoryMessage[]): readonly MessageId[] {
  const owed = owedGroups(messages).find(({ answer }) => answer === null);
  return owed?.messages.map(({ id }) => id) ?? [];
}

function isCounted(message: HistoryMessage): boolean {
  return message.type === "customer" && message.wait !== null && message.wait !== 0;
}

/** The other's wait under a number of this session; what it used and broke is added to it. */
function takenOver(draft: Draft, other: Wait): Wait {
  const number = draft.facts.lastWaitNumber + 1;
  const fresh = { tries: 0, overdueSince: null, waitingForAgent: false };
  return { ...other, ...fresh, number, knownAt: draft.now };
}

function joinedWait(draft: Draft, own: Wait, other: Wait, breachBy: MemberId | null): Wait {
  const { assignee } = draft.facts;
  const first = other.startedAt < own.startedAt ? other : own;
  if (own.overdueSince === null && other.overdueSince !== null) {
    draft.effects.push({
      type: "breachRecorded",
      wait: own.number,
      dueAt: other.overdueSince,
      memberId: breachBy,
    });
  }
  const holders = [...own.holders, ...other.holders, ...(assignee === null ? [] : [assignee])];
  return {
    ...own,
    startedAt: first.startedAt,
    startedBy: first.startedBy,
    firstAssignedAt: earliest(own.firstAssignedAt, other.firstAssignedAt),
    holders: [...new Set(holders)],
    notBackTo: [...new Set([...own.notBackTo, ...other.notBackTo])],
    tries: own.tries + other.tries,
    overdueSince: own.overdueSince ?? other.overdueSince,
  };
}

/** The other session closes as *merged*, without an end message; its wait goes on in the survivor. */
export function onMergedAway(draft: Draft): StepResult {
  const { facts, now } = draft;
  if (facts.closed !== null) return { type: "ignored", reason: "the session is closed" };
  const { wait } = facts;
  if (wait !== null) {
    if (wait.overdueSince !== null) {
      draft.effects.push({ type: "breachWithdrawn", wait: wait.number, reason: "merged" });
    }
    recordEnd(draft, { ...wait, endedAt: now, outcome: "merged", answeredBy: null });
    facts.wait = null;
  }
  facts.pendingSends = 0;
  closeSession(draft, { kind: "merged", by: BY_PROVIDER, reason: null, message: "declined" });
  return "decided";
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

function latest(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.max(a, b);
}
