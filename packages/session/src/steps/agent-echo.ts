import type { StepResult } from "../decide.ts";
import { adoptNewest, BY_PROVIDER, type Draft } from "../draft.ts";
import type { AgentEchoReceived } from "../event.ts";
import { noteSettled } from "./agent-message.ts";
import { assignWaiting } from "./assign.ts";
import { isUntouched, opened } from "./opened.ts";
import { recompute } from "./recompute.ts";

/**
 * An agent typed in the provider's own app. It answers exactly the customer messages stamped at or
 * before it; the wait ends at its stamp and the next one starts with the first later message
 * (clock.md §4.4). In a closed session it only corrects the record.
 */
export function onAgentEcho(draft: Draft, event: AgentEchoReceived): StepResult {
  const { facts } = draft;
  if (isUntouched(draft.before)) opened(draft, BY_PROVIDER);
  const echo = { type: "echo", id: event.messageId, stamp: event.stamp, at: event.at } as const;
  facts.lastEchoStamp = Math.max(facts.lastEchoStamp ?? 0, event.stamp);
  const history = { ...event.history, messages: [...event.history.messages, echo] };
  recompute(draft, history, "echo");
  noteSettled(draft, { messageId: event.messageId, by: null, at: event.at });
  if (facts.closed === null) adoptNewest(draft);
  assignWaiting(draft);
  return "decided";
}
