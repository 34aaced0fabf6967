import type { StepResult } from "../decide.ts";
import { act, BY_PROVIDER, type Draft } from "../draft.ts";
import type { AgentMessageDeliveredAfterAll, AgentMessageRefused } from "../event.ts";
import type { MessageId } from "../facts.ts";
import { owedGroups } from "../history.ts";
import { noteSettled } from "./agent-message.ts";
import { assignWaiting } from "./assign.ts";
import { recompute } from "./recompute.ts";
import { reopen } from "./reopen.ts";

/**
 * The provider finally refused an agent message: it counts as never written (clock.md §4.6). Its writer
 * is told. A refusal after a close by the clock voids the close if a customer is owed a reply after all.
 */
export function onRefused(draft: Draft, event: AgentMessageRefused): StepResult {
  const { facts, now, effects } = draft;
  if (event.wasPending) facts.pendingSends = Math.max(0, facts.pendingSends - 1);
  noteSettled(draft, { messageId: event.messageId, by: event.by, at: now });
  act(draft, "sendFailed", null, {
    by: BY_PROVIDER,
    messageId: event.messageId,
    reason: event.reason,
  });
  tellSendFailed(draft, event, event.by);
  const owed = owedGroups(event.history.messages).some((group) => group.answer === null);
  if (facts.closed?.kind === "clock" && owed) {
    if (event.newer === null) {
      effects.push({ type: "endMessageWithdrawn" });
      reopen(draft, { assigneeActive: event.assigneeActive, reason: "sendFailed" });
    } else if (event.newer.assignee !== event.by) {
      tellSendFailed(draft, event, event.newer.assignee);
    }
  }
  recompute(draft, event.history, "delivered");
  assignWaiting(draft);
  return "decided";
}

function tellSendFailed(draft: Draft, event: AgentMessageRefused, to: string | null): void {
  draft.effects.push({
    type: "notified",
    kind: "sendFailed",
    to: to ?? "supervisors",
    wait: draft.facts.lastWaitNumber,
    key: sendFailedKey(event.messageId),
    replyDueAt: null,
  });
}

/** Under which members are told that a message was refused. */
export function sendFailedKey(messageId: MessageId): string {
  return `sendFailed:${messageId}`;
}

/**
 * A message settled as undelivered was delivered after all: the wait it answered ends again, what was
 * committed later goes on as its own wait, and disproved breaches are withdrawn (clock.md §4.6). A
 * receipt is final: no refusal of the same message may follow it.
 */
export function onDeliveredAfterAll(
  draft: Draft,
  event: AgentMessageDeliveredAfterAll,
): StepResult {
  draft.effects.push({
    type: "notificationsWithdrawn",
    kinds: ["sendFailed"],
    wait: null,
    key: sendFailedKey(event.messageId),
  });
  recompute(draft, event.history, "delivered");
  assignWaiting(draft);
  return "decided";
}
