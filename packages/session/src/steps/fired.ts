import { replyAnchor } from "../deadlines.ts";
import type { Draft } from "../draft.ts";
import type { FiredDeadline } from "../explanation.ts";
import type { Ms, Wait } from "../facts.ts";

type Anchor = FiredDeadline["anchor"];

/** The numbers behind a deadline that fired: anchor + minutes (− warning) = due (clock.md §7). */
export function fired(
  draft: Draft,
  anchor: Anchor,
  minutes: number,
  beforeMinutes: number,
  heldBy: FiredDeadline["heldBy"] = null,
): FiredDeadline {
  const dueAt = anchor.at + (minutes - beforeMinutes) * 60_000;
  const armedAt = draft.before.armedAt;
  return {
    anchor,
    minutes,
    beforeMinutes,
    dueAt,
    firedAt: draft.now,
    armedAt,
    latenessMs: Math.max(0, draft.now - Math.max(dueAt, armedAt)),
    settings: draft.facts.settings,
    heldBy,
  };
}

/** The response limit of a wait, or its warning when `beforeMinutes` is given. */
export function firedReply(draft: Draft, wait: Wait, beforeMinutes = 0): FiredDeadline {
  const { reply } = draft.settings;
  const at = replyAnchor(wait, draft.settings);
  const fromAssignment = at !== wait.startedAt;
  const anchor: Anchor = {
    type: fromAssignment ? "firstAssignment" : "customerMessage",
    at,
    messageId: fromAssignment ? null : wait.startedBy,
    memberId: fromAssignment ? (wait.holders[0] ?? null) : null,
  };
  return fired(draft, anchor, reply.limitMinutes, beforeMinutes);
}

export function firedReassign(
  draft: Draft,
  wait: Wait,
  assignedAt: Ms,
  heldBy: FiredDeadline["heldBy"],
): FiredDeadline {
  const anchor: Anchor =
    wait.knownAt >= assignedAt
      ? { type: "waitKnown", at: wait.knownAt, messageId: wait.startedBy, memberId: null }
      : { type: "assignment", at: assignedAt, messageId: null, memberId: draft.facts.assignee };
  return fired(draft, anchor, draft.settings.reassign.afterMinutes, 0, heldBy);
}

/** The close counts from the latest of four things; the explanation names which. */
export function firedClose(draft: Draft, heldBy: FiredDeadline["heldBy"]): FiredDeadline {
  const { facts } = draft;
  const message: Anchor = {
    type: "agentMessage",
    at: facts.lastAgentMessageAt ?? 0,
    messageId: facts.lastAgentMessage?.id ?? null,
    memberId: facts.lastAgentMessage?.by ?? null,
  };
  const others = [
    plain("noReplyNeeded", facts.noReplyNeededAt),
    plain("reopened", facts.reopenedAt),
    plain("woken", facts.wokenAt),
  ];
  const latest = others.reduce((a, b) => (b.at > a.at ? b : a), message);
  return fired(draft, latest, draft.settings.closure.afterMinutes, 0, heldBy);
}

function plain(type: Anchor["type"], at: Ms | null): Anchor {
  return { type, at: at ?? 0, messageId: null, memberId: null };
}
