import type { StepResult } from "../decide.ts";
import { act, BY_PROVIDER, type Draft, setWait } from "../draft.ts";
import type { SessionAbsorbed } from "../event.ts";
import type { SessionFacts } from "../facts.ts";
import { assignByRules } from "./assign.ts";
import { closeSession } from "./close.ts";
import { recompute } from "./recompute.ts";

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

/** The survivor takes over the other's messages, tries and refusals. */
export function onAbsorbed(draft: Draft, event: SessionAbsorbed): StepResult {
  const { facts } = draft;
  if (facts.closed !== null) return { type: "rejected", code: "session_closed" };
  const { other } = event;
  facts.customerWrote ||= other.customerWrote;
  facts.pendingSends += other.pendingSends;
  facts.lastCustomerStamp = latest(facts.lastCustomerStamp, other.lastCustomerStamp);
  facts.lastEchoStamp = latest(facts.lastEchoStamp, other.lastEchoStamp);
  facts.noReplyNeededAt = latest(facts.noReplyNeededAt, other.noReplyNeededAt);
  if ((other.lastAgentMessageAt ?? 0) > (facts.lastAgentMessageAt ?? 0)) {
    facts.lastAgentMessageAt = other.lastAgentMessageAt;
    facts.lastAgentMessage = other.lastAgentMessage;
  }
  act(draft, "merged", null, { by: BY_PROVIDER });
  recompute(draft, event.history, "delivered");
  takeOverTries(draft, other);
  if (facts.wait !== null && facts.assignee === null) assignByRules(draft);
  return "decided";
}

function takeOverTries(draft: Draft, other: SessionFacts): void {
  const { wait } = draft.facts;
  if (wait === null || other.wait === null) return;
  setWait(draft, wait, {
    tries: wait.tries + other.wait.tries,
    holders: [...new Set([...wait.holders, ...other.wait.holders])],
    notBackTo: [...new Set([...wait.notBackTo, ...other.wait.notBackTo])],
  });
}

/** The other session closes as *merged*, without an end message; its wait goes on in the survivor. */
export function onMergedAway(draft: Draft): StepResult {
  if (draft.facts.closed !== null) return { type: "ignored", reason: "the session is closed" };
  const { wait } = draft.facts;
  if (wait !== null) {
    draft.effects.push({
      type: "waitEnded",
      wait: { ...wait, endedAt: draft.now, outcome: "merged", answeredBy: null },
    });
    draft.facts.wait = null;
  }
  closeSession(draft, { kind: "merged", by: BY_PROVIDER, reason: null, message: "declined" });
  return "decided";
}

function latest(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.max(a, b);
}
