import type { StepResult } from "../decide.ts";
import { act, byMember, type Draft } from "../draft.ts";
import type { ContactBlocked, SessionClosedByMember } from "../event.ts";
import type { Actor, Explanation, FiredDeadline } from "../explanation.ts";
import type { CloseKind } from "../facts.ts";
import { endWait } from "./wait.ts";

/** A person closes the session: the same as the clock, with their reason and choice (clock.md §5). */
export function onCloseByMember(draft: Draft, event: SessionClosedByMember): StepResult {
  if (draft.facts.closed !== null) return { type: "rejected", code: "session_closed" };
  closeSession(draft, {
    kind: "member",
    by: byMember(event.by),
    reason: event.reason,
    message: event.sendMessage ? "send" : "declined",
  });
  return "decided";
}

/** The contact was blocked: the open session closes silently (clock.md §4.8). */
export function onContactBlocked(draft: Draft, event: ContactBlocked): StepResult {
  if (draft.facts.closed !== null) return { type: "ignored", reason: "the session is closed" };
  closeSession(draft, {
    kind: "blocked",
    by: byMember(event.by),
    reason: "blocked",
    message: "declined",
  });
  return "decided";
}

/** Closes: state, reason, end-of-session message and timeline entry, for one commit. */
export function closeSession(
  draft: Draft,
  close: {
    kind: CloseKind;
    by: Actor;
    reason: string | null;
    message: "send" | "declined";
    deadline?: FiredDeadline;
  },
): void {
  const { facts, now } = draft;
  const memberId = close.by.type === "member" ? close.by.memberId : null;
  endWait(draft, { at: now, outcome: "unanswered", answeredBy: null, by: close.by });
  const endMessage = queueEndMessage(draft, close.message);
  act(draft, "closed", facts.closeCount, {
    by: close.by,
    endMessage,
    ...(close.reason === null ? {} : { reason: close.reason }),
    ...(close.deadline === undefined ? {} : { deadline: close.deadline }),
  });
  facts.closed = { at: now, kind: close.kind, by: memberId, reason: close.reason };
  facts.closeCount += 1;
  facts.snoozedUntil = null;
  facts.held = false;
}

/** Plans the end-of-session message around the channel's messaging window (clock.md §5). */
function queueEndMessage(
  draft: Draft,
  wish: "send" | "declined",
): NonNullable<Explanation["endMessage"]> {
  const { facts, effects, settings, context } = draft;
  const { message, outsideWindow } = settings.closure;
  if (wish === "declined") return "declined";
  if (message === null || message.trim() === "") return "off";
  if (!facts.customerWrote) return "customerNeverWrote";
  const closeOrdinal = facts.closeCount;
  if (windowIsOpen(draft)) {
    const content = { type: "text", template: message } as const;
    effects.push({ type: "endMessageQueued", content, closeOrdinal });
    return "queued";
  }
  if (outsideWindow === "silent" || !context.limits.templates) return "windowClosed";
  const content = { type: "template", template: outsideWindow.template } as const;
  effects.push({ type: "endMessageQueued", content, closeOrdinal });
  return "template";
}

function windowIsOpen(draft: Draft): boolean {
  const { windowMs, windowMarginMs } = draft.context.limits;
  if (windowMs === null) return true;
  const from = draft.facts.lastCustomerStamp;
  return from !== null && draft.now < from + windowMs - windowMarginMs;
}
