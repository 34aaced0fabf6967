import type { KnownMessage } from "./known-message.ts";
import type { SeenMessage, SeenSession } from "./rows.ts";

/** What a contact's sessions on one channel have in common. */
export interface Thread {
  /** End-of-session messages in the outbox, by id. */
  readonly ends: Map<string, QueuedEnd>;
  /** The latest of the customer's messages in commit order, and the latest stamp, never in the future. */
  lastInboundSeq: number;
  lastStamp: number;
  /** The session that was opened last. */
  newest: { readonly id: string; readonly openedAt: number } | null;
}

export interface QueuedEnd {
  readonly sessionId: string;
  readonly state: "queued" | "sending";
  readonly attempts: number;
}

/** Every contact on every channel, and our messages to them. */
export class Threads {
  readonly #threads = new Map<string, Thread>();
  readonly #messages = new Map<string, KnownMessage>();

  of({ session }: SeenSession): Thread {
    const key = `${session.channel_id} ${session.contact_id}`;
    const known = this.#threads.get(key);
    if (known !== undefined) return known;
    const thread: Thread = { ends: new Map(), lastInboundSeq: 0, lastStamp: 0, newest: null };
    this.#threads.set(key, thread);
    return thread;
  }

  message(id: string): KnownMessage | undefined {
    return this.#messages.get(id);
  }

  /** Takes in the threads of a commit's sessions, then how the sending of their messages stands. */
  note(sessions: readonly SeenSession[]): void {
    for (const seen of sessions) noteThread(this.of(seen), seen);
    for (const seen of sessions) this.#noteMessages(this.of(seen), seen);
  }

  #noteMessages(thread: Thread, seen: SeenSession): void {
    const sends = new Map(seen.outbox.map((send) => [send.message_id, send]));
    for (const message of seen.messages) {
      if (message.kind !== "agent" && message.kind !== "automatic") continue;
      const before = this.#messages.get(message.id);
      const send = sends.get(message.id);
      const isNewClaim =
        send?.state === "sending" && (before?.attempts !== send.attempts || !before.claimed);
      this.#messages.set(message.id, {
        sessionId: seen.session.id,
        kind: message.kind,
        contentType: message.content_type,
        attempts: send?.attempts ?? before?.attempts ?? 0,
        claimed: send === undefined ? before?.claimed === true : send.state === "sending",
        claimedTooLate: isNewClaim
          ? isTooLate(thread, seen, message)
          : before?.claimedTooLate === true,
        withdrawn: message.delivery === "withdrawn",
        lastStamp: isNewClaim ? thread.lastStamp : (before?.lastStamp ?? 0),
      });
    }
  }
}

function noteThread(thread: Thread, { session, messages, outbox }: SeenSession): void {
  const { id, opened_at: openedAt } = session;
  for (const message of messages) {
    if (message.kind !== "inbound") continue;
    const stamp = Math.min(message.stamp ?? message.at, message.created_at);
    thread.lastStamp = Math.max(thread.lastStamp, stamp);
    if (message.starts_nothing) continue;
    thread.lastInboundSeq = Math.max(thread.lastInboundSeq, message.seq);
  }
  for (const [messageId, { sessionId }] of thread.ends) {
    if (sessionId === id) thread.ends.delete(messageId);
  }
  for (const { message_id, kind, state, attempts } of outbox) {
    if (kind === "end") thread.ends.set(message_id, { sessionId: id, state, attempts });
  }
  const { newest } = thread;
  if (newest === null || openedAt >= newest.openedAt) thread.newest = { id, openedAt };
}

/** An end message of a close that doesn't stand any more: the customer wrote, or the session goes on. */
function isTooLate(thread: Thread, { session }: SeenSession, { seq }: SeenMessage): boolean {
  return (
    session.closed_at === null || thread.lastInboundSeq > seq || thread.newest?.id !== session.id
  );
}
