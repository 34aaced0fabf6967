import type { StepResult } from "../decide.ts";
import { act, adoptNewest, BY_CUSTOMER, BY_PROVIDER, byMember, type Draft } from "../draft.ts";
import type { SessionReopened } from "../event.ts";
import type { Explanation } from "../explanation.ts";
import type { HistoryMessage } from "../history.ts";
import { assign, assignWaiting } from "./assign.ts";
import { noteCustomerWrote } from "./customer-message.ts";
import { recompute } from "./recompute.ts";

/**
 * A session goes on after its close: void, *reopen within*, or by a person (clock.md §5). The wait is
 * worked out from the messages, the assignee stays if still active, and the close counts from now.
 */
export function onReopened(draft: Draft, event: SessionReopened): StepResult {
  const { facts, effects } = draft;
  if (facts.closed === null) return { type: "rejected", code: "session_open" };
  if (!event.isLatest || facts.closed.kind === "merged") {
    return { type: "rejected", code: "session_not_latest" };
  }
  const { why } = event;
  effects.push({ type: "endMessageWithdrawn" });
  reopen(draft, {
    assigneeActive: event.assigneeActive,
    reason: why.type,
    ...(why.type === "member" ? { memberId: why.by } : { messageId: why.message.messageId }),
  });
  if (why.type === "member") {
    recompute(draft, event.history, "delivered");
  } else {
    noteCustomerWrote(draft, why.message);
    const { messageId, stamp, at } = why.message;
    const message: HistoryMessage = {
      type: "customer",
      id: messageId,
      stamp,
      at,
      wait: null,
      settled: false,
    };
    const messages = [...event.history.messages, message];
    recompute(draft, { ...event.history, messages }, "delivered");
  }
  assignWaiting(draft);
  return "decided";
}

/** Opens a closed session again; what is owed is worked out by the caller. */
export function reopen(
  draft: Draft,
  how: {
    assigneeActive: boolean;
    reason: "void" | "reopenWithin" | "member" | "sendFailed";
    memberId?: string;
    messageId?: string;
  },
): void {
  const { facts, now } = draft;
  facts.closed = null;
  facts.reopenedAt = now;
  adoptNewest(draft);
  act(draft, "reopened", facts.closeCount, {
    by: actorOf(how),
    reason: how.reason,
    settings: facts.settings,
    ...(how.messageId === undefined ? {} : { messageId: how.messageId }),
  });
  if (!how.assigneeActive && facts.assignee !== null) {
    assign(draft, null, "rules", { reason: "deactivated" });
  }
}

function actorOf(how: Parameters<typeof reopen>[1]): Explanation["by"] {
  if (how.memberId !== undefined) return byMember(how.memberId);
  return how.reason === "sendFailed" ? BY_PROVIDER : BY_CUSTOMER;
}
