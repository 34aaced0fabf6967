/**
 * What the customer is owed and when something is due, worked out naively from the text of clock.md §3
 * and §4, from everything that happened. It shares no logic with the machine: random histories are
 * judged by it.
 */
import type { MemberId, MessageId, Ms, SessionFacts, SettingsInForce } from "../index.ts";
import type { Entry, StoredSession } from "./ledger.ts";

/** What the oracle remembers of a session beside its messages. */
export interface Memory {
  /** Messages settled for good by *no reply needed*. */
  readonly settled: Set<MessageId>;
  /** Messages of a session that was merged into this one, and the position of the merge. */
  readonly merged: Map<MessageId, number>;
  /** Who held the session while a message was owed a reply. */
  readonly holders: Map<MessageId, Set<MemberId>>;
  /** From whom the session was taken by hand, or by exhaustion, while a message was owed. */
  readonly notBack: Map<MessageId, Set<MemberId>>;
  /** Times that the close may count from. */
  readonly closeAnchors: Ms[];
  /** Whether an agent message left or was refused, or *no reply needed* was said. */
  mayClose: boolean;
  /** The customer's last stamp outside of this session's messages: the window counts from it. */
  windowFrom: Ms;
}

export function newMemory(facts: SessionFacts): Memory {
  return {
    settled: new Set(),
    merged: new Map(),
    holders: new Map(),
    notBack: new Map(),
    closeAnchors: [],
    mayClose: false,
    windowFrom: facts.lastCustomerStamp ?? 0,
  };
}

export type Customer = Extract<Entry["message"], { type: "customer" }>;

/** Every customer message that is owed a reply, by brute force (clock.md §4). */
export function owedMessages(session: StoredSession, memory: Memory): Customer[] {
  const owed: Customer[] = [];
  for (const { seq, message } of session.entries) {
    if (message.type !== "customer" || memory.settled.has(message.id)) continue;
    const merge = memory.merged.get(message.id);
    let answered = false;
    for (const other of session.entries) {
      const otherMerge = memory.merged.get(other.message.id);
      const isTogether = otherMerge === undefined && merge !== undefined && other.seq > merge;
      if (otherMerge !== merge && !isTogether) continue;
      const isReply = other.message.type === "agent" && other.send !== "refused";
      if (isReply && other.seq > seq) answered = true;
      if (other.message.type === "echo" && other.message.stamp >= message.stamp) answered = true;
    }
    if (!answered) owed.push(message);
  }
  return owed;
}

/** Whether a reply is still queued or being sent. */
export function hasPendingReply(session: StoredSession): boolean {
  return session.entries.some(({ send }) => send === "pending");
}

/** When the close is due by §3's table, as if nothing held it; `null`: it has no such deadline. */
export function expectedCloseAt(
  session: StoredSession,
  memory: Memory,
  settings: SettingsInForce,
): Ms | null {
  const { facts } = session;
  if (facts.closed !== null || !settings.closure.enabled || facts.snoozedUntil !== null)
    return null;
  if (owedMessages(session, memory).length > 0 || hasPendingReply(session)) return null;
  if (!memory.mayClose) return null;
  return Math.max(...memory.closeAnchors) + settings.closure.afterMinutes * 60_000;
}

/** Start of the running wait: the earliest time among the messages owed. */
export function expectedStart(owed: readonly Customer[]): Ms {
  return Math.min(...owed.map(({ at }) => at));
}

/** When the reply is due, overdue or not. */
export function replyDueAt(facts: SessionFacts, start: Ms, settings: SettingsInForce): Ms | null {
  if (!settings.reply.enabled) return null;
  const assigned = facts.wait?.firstAssignedAt ?? null;
  const byAssignment = settings.reply.countFrom === "firstAssignment" && assigned !== null;
  const anchor = byAssignment && assigned > start ? assigned : start;
  return anchor + settings.reply.limitMinutes * 60_000;
}

/** When it is given to another agent. */
export function expectedReassignAt(facts: SessionFacts, settings: SettingsInForce): Ms | null {
  const { wait, assignedAt } = facts;
  if (facts.closed !== null || wait === null || assignedAt === null) return null;
  if (!settings.reassign.enabled || wait.exhausted || wait.waitingForAgent) return null;
  const anchor = Math.max(assignedAt, wait.knownAt);
  return anchor + settings.reassign.afterMinutes * 60_000;
}
