import type { StepResult } from "../decide.ts";
import { act, adoptNewest, BY_PROVIDER, byMember, type Draft } from "../draft.ts";
import type { AgentMessageLeft, AgentMessageWritten } from "../event.ts";
import type { MemberId, MessageId, Ms } from "../facts.ts";
import { assign } from "./assign.ts";
import { isUntouched, opened } from "./opened.ts";
import { endWait } from "./wait.ts";

/**
 * A member wrote to the customer. The wait ends and its length is recorded; a session that nobody
 * holds is taken by its writer, otherwise the assignee stays (clock.md §5, "Agent replies").
 */
export function onAgentMessageWritten(draft: Draft, event: AgentMessageWritten): StepResult {
  const { facts, now } = draft;
  if (facts.closed !== null) return { type: "rejected", code: "session_closed" };
  const by = byMember(event.by);
  if (isUntouched(draft.before)) opened(draft, by);
  endWait(draft, { at: now, outcome: "answered", answeredBy: event.messageId, by });
  adoptNewest(draft);
  facts.pendingSends += 1;
  if (facts.assignee === null) assign(draft, event.by, event.by, { messageId: event.messageId });
  return "decided";
}

/**
 * The provider accepted an agent message, or nobody knows whether it did: from now on the close counts
 * (clock.md §3). Given once for each message; what becomes of an unknown one comes as a refusal, or not.
 */
export function onAgentMessageLeft(draft: Draft, event: AgentMessageLeft): StepResult {
  const { facts } = draft;
  if (facts.pendingSends === 0) return { type: "ignored", reason: "no send is pending" };
  facts.pendingSends -= 1;
  noteSettled(draft, event);
  if (event.outcome === "unknown") {
    act(draft, "sendUnknown", null, { by: BY_PROVIDER, messageId: event.messageId });
  }
  return "decided";
}

/** The close counts from the latest time an agent message left or was refused. */
export function noteSettled(
  draft: Draft,
  message: { messageId: MessageId; by: MemberId | null; at: Ms },
): void {
  const { facts } = draft;
  if (facts.lastAgentMessageAt !== null && message.at < facts.lastAgentMessageAt) return;
  facts.lastAgentMessageAt = message.at;
  facts.lastAgentMessage = { id: message.messageId, by: message.by };
}
