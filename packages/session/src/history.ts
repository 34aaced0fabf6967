/**
 * Which customer messages are owed a reply, worked out from all of a session's messages. Needed only
 * when the past changes: a refused send, an echo, a void, a reopening, a merge (clock.md §4.4, §4.6).
 * Everything else is decided from the facts alone.
 */
import type { EndedWait } from "./effect.ts";
import type { MemberId, MessageId, Ms } from "./facts.ts";

/** One message, as far as it matters to what is owed. In commit order. */
export type HistoryMessage =
  | {
      readonly type: "customer";
      readonly id: MessageId;
      readonly stamp: Ms;
      readonly at: Ms;
      /** The wait it was counted to when it came, or later; `null`: it started none. */
      readonly wait: number | null;
      /** Settled for good by *no reply needed*. */
      readonly settled: boolean;
    }
  | {
      readonly type: "agent";
      readonly id: MessageId;
      readonly by: MemberId | null;
      readonly refused: boolean;
      /** When it left; while it is pending, when it was written. */
      readonly at: Ms;
    }
  | { readonly type: "echo"; readonly id: MessageId; readonly stamp: Ms; readonly at: Ms };

export interface RecordedBreach {
  readonly wait: number;
  readonly dueAt: Ms;
  readonly memberId: MemberId | null;
  readonly withdrawn: boolean;
}

export interface SessionHistory {
  readonly messages: readonly HistoryMessage[];
  /** Waits that ended, by number. */
  readonly waits: readonly EndedWait[];
  readonly breaches: readonly RecordedBreach[];
}

/** The reply that answered messages: its time ends their wait. */
export interface Answer {
  readonly messageId: MessageId;
  readonly at: Ms;
  readonly echo: boolean;
}

/** Messages that one reply answered, or (the last group) that nobody answered yet. */
export interface OwedGroup {
  readonly messages: readonly Extract<HistoryMessage, { type: "customer" }>[];
  readonly answer: Answer | null;
}

/**
 * Groups the customer messages by what answered them, in commit order. A reply answers what was
 * committed before it; an echo answers exactly what is stamped at or before it, whichever came first.
 * Messages that came after the echo which answers them, and settled ones, are owed nothing.
 */
export function owedGroups(messages: readonly HistoryMessage[]): readonly OwedGroup[] {
  const groups: { messages: OwedGroup["messages"][number][]; answer: Answer | null }[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.type !== "customer" || message.settled) continue;
    const answer = answerTo(message, index, messages);
    if (answer === "before") continue;
    const last = groups.find((group) => group.answer?.messageId === answer?.messageId);
    if (last === undefined) groups.push({ messages: [message], answer });
    else last.messages.push(message);
  }
  return groups;
}

function answerTo(
  message: Extract<HistoryMessage, { type: "customer" }>,
  index: number,
  messages: readonly HistoryMessage[],
): Answer | null | "before" {
  for (const earlier of messages.slice(0, index)) {
    if (earlier.type === "echo" && earlier.stamp >= message.stamp) return "before";
  }
  for (const later of messages.slice(index + 1)) {
    if (later.type === "agent" && !later.refused) {
      return { messageId: later.id, at: later.at, echo: false };
    }
    if (later.type === "echo" && later.stamp >= message.stamp) {
      return { messageId: later.id, at: later.at, echo: true };
    }
  }
  return null;
}
