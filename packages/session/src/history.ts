/**
 * Which customer messages are owed a reply, worked out from all of a session's messages. Needed only
 * when the past changes: a refused send, an echo, a void, a reopening, a merge (clock.md §4.4, §4.6).
 * Everything else is decided from the facts alone.
 */
import type { EndedWait } from "./effect.ts";
import type { MemberId, MessageId, Ms } from "./facts.ts";

/** One message, as far as it matters to what is owed. In commit order. */
export type HistoryMessage = (
  | {
      readonly type: "customer";
      readonly id: MessageId;
      readonly stamp: Ms;
      readonly at: Ms;
      /** The wait it was counted to when it came, or later; `null` or 0: it started none. */
      readonly wait: number | null;
      /** Settled for good by *no reply needed*. */
      readonly settled: boolean;
    }
  | {
      readonly type: "agent";
      readonly id: MessageId;
      readonly by: MemberId | null;
      readonly refused: boolean;
      /** When it was written: its commit ends the wait, however long the provider takes. */
      readonly at: Ms;
    }
  | { readonly type: "echo"; readonly id: MessageId; readonly stamp: Ms; readonly at: Ms }
) & {
  /**
   * For a message that came from another session by a merge: the last message before the merge. Until
   * then a reply in one of the two sessions answered nothing in the other.
   */
  readonly mergedAfter?: MessageId;
};

type CustomerMessage = Extract<HistoryMessage, { type: "customer" }>;
type Reply = Extract<HistoryMessage, { type: "agent" }>;
type Echo = Extract<HistoryMessage, { type: "echo" }>;

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
  readonly messages: readonly CustomerMessage[];
  readonly answer: Answer | null;
}

/**
 * Groups the customer messages by what answered them: those answered first, in the order of their
 * answers, then those that nobody answered. A reply answers what was committed before it; an echo
 * answers exactly what is stamped at or before it, whichever came first. Of several replies the
 * earliest in time is the answer, so that an echo which comes late still disproves a breach. Messages
 * that came after the echo which answers them, and settled ones, are owed nothing.
 */
export function owedGroups(messages: readonly HistoryMessage[]): readonly OwedGroup[] {
  const groups = new Map<
    MessageId | null,
    { messages: CustomerMessage[]; answer: Answer | null }
  >();
  const echoes = echoesOf(messages);
  for (const [index, message] of messages.entries()) {
    if (message.type !== "customer" || message.settled) continue;
    const from = index + 1;
    const afterMerge = positionAfterMerge(messages, message);
    const answering = echoes.filter(
      ({ echo, position }) =>
        echo.stamp >= message.stamp && concerns(echo, message, position >= afterMerge),
    );
    if (answering.some(({ position }) => position < from)) continue;
    const answer = answering.reduce<Answer | null>(
      (first, { echo }) => earlierAnswer(first, answerBy(echo)),
      nextReply(messages, message, from, afterMerge),
    );
    const group = groups.get(answer?.messageId ?? null);
    if (group === undefined) groups.set(answer?.messageId ?? null, { messages: [message], answer });
    else group.messages.push(message);
  }
  return [...groups.values()].sort((a, b) => timeOf(a.answer) - timeOf(b.answer));
}

function echoesOf(messages: readonly HistoryMessage[]): { echo: Echo; position: number }[] {
  return messages.flatMap((echo, position) => (echo.type === "echo" ? [{ echo, position }] : []));
}

/** From which position on replies of this session answer a message that came by a merge. */
function positionAfterMerge(messages: readonly HistoryMessage[], message: CustomerMessage): number {
  if (message.mergedAfter === undefined) return messages.length;
  return messages.findIndex(({ id }) => id === message.mergedAfter) + 1;
}

/** Whether a reply was written in the customer's session, or after that session was merged in here. */
function concerns(reply: HistoryMessage, message: CustomerMessage, isAfterMerge: boolean): boolean {
  if (reply.mergedAfter === message.mergedAfter) return true;
  return reply.mergedAfter === undefined && isAfterMerge;
}

/** The next reply in commit order that wasn't refused. */
function nextReply(
  messages: readonly HistoryMessage[],
  message: CustomerMessage,
  from: number,
  afterMerge: number,
): Answer | null {
  for (let position = from; position < messages.length; position++) {
    const reply = messages[position];
    if (reply?.type !== "agent" || reply.refused) continue;
    if (concerns(reply, message, position >= afterMerge)) return answerBy(reply);
  }
  return null;
}

function answerBy(reply: Reply | Echo): Answer {
  return { messageId: reply.id, at: reply.at, echo: reply.type === "echo" };
}

function earlierAnswer(a: Answer | null, b: Answer): Answer {
  return a === null || b.at < a.at ? b : a;
}

function timeOf(answer: Answer | null): number {
  return answer === null ? Number.POSITIVE_INFINITY : answer.at;
}
