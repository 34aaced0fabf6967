/** A session's messages as one screen keeps them: pages going back in time, and live events laid over. Pure. */
import type { EventPayload, Message } from "@punctual/contract";

export interface Thread {
  readonly state: "loading" | "ready" | "failed";
  /** In the order in which they were committed, which is the server's. */
  readonly messages: readonly Message[];
  /** Leads to earlier ones; `null`: it begins here. */
  readonly olderCursor: string | null;
  readonly isLoadingOlder: boolean;
  readonly error: Error | null;
}

/** The server's answer to `order=newest`: the newest comes first. */
export interface NewestFirst {
  readonly messages: readonly Message[];
  readonly nextCursor: string | null;
}

export type MessageChange = EventPayload<"message.updated">;

export const LOADING: Thread = {
  state: "loading",
  messages: [],
  olderCursor: null,
  isLoadingOlder: false,
  error: null,
};

/** The first page. What events brought while it was on its way stays behind it. */
export function withNewest(thread: Thread, page: NewestFirst): Thread {
  const messages = withoutRepeats([...page.messages.toReversed(), ...thread.messages]);
  return { ...thread, state: "ready", messages, olderCursor: page.nextCursor, error: null };
}

/** The page before those that are here. */
export function withOlder(thread: Thread, page: NewestFirst): Thread {
  const messages = withoutRepeats([...page.messages.toReversed(), ...thread.messages]);
  const { nextCursor: olderCursor } = page;
  return { ...thread, messages, olderCursor, isLoadingOlder: false, error: null };
}

/**
 * Messages that are new. One that is known stays as it is: events may have told more of it than the answer to
 * the request that wrote it, which may come late.
 */
export function withMessages(thread: Thread, news: readonly Message[]): Thread {
  const known = new Set(thread.messages.map(({ id }) => id));
  const fresh = news.filter(({ id }) => !known.has(id));
  if (fresh.length === 0) return thread;
  const messages = [...thread.messages];
  // An answer may also be here before the event of what was committed earlier.
  for (const message of fresh) messages.splice(placeOf(message, messages), 0, message);
  return { ...thread, messages };
}

function placeOf({ createdAt }: Message, messages: readonly Message[]): number {
  return messages.findLastIndex((other) => other.createdAt <= createdAt) + 1;
}

/** Lays what changed over the message; the thread itself when it doesn't have it. */
export function withChange(thread: Thread, change: MessageChange): Thread {
  const at = thread.messages.findIndex(({ id }) => id === change.id);
  const message = thread.messages[at];
  if (message === undefined) return thread;
  return { ...thread, messages: thread.messages.with(at, { ...message, ...change } as Message) };
}

function withoutRepeats(messages: readonly Message[]): Message[] {
  return [...new Map(messages.map((message) => [message.id, message])).values()];
}
