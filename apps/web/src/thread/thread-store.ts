/**
 * The messages of the sessions that were opened on this screen. A thread is loaded when it is shown; from
 * then on events keep it true (`realtime/dispatch.ts`), whether it is shown or not, so that coming back to it
 * asks nothing. After a `resync` those that are shown are loaded afresh, the others forgotten.
 */
import type { Message } from "@punctual/contract";
import { call, withQuery } from "../api/http.ts";
import {
  LOADING,
  type MessageChange,
  type NewestFirst,
  type Thread,
  withChange,
  withMessages,
  withNewest,
  withOlder,
} from "./thread.data.ts";

const PAGE = 50;
const OLDER_PAGE = 100;
/** Threads kept besides those that are shown. */
const KEPT = 30;

export class ThreadStore {
  readonly #threads = new Map<string, Thread>();
  readonly #listeners = new Map<string, Set<() => void>>();

  thread(sessionId: string): Thread {
    return this.#threads.get(sessionId) ?? LOADING;
  }

  /** Keeps the thread loaded and tells the listener of its changes. @returns how to stop */
  show(sessionId: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(sessionId) ?? new Set();
    this.#listeners.set(sessionId, listeners.add(listener));
    if (!this.#threads.has(sessionId)) void this.load(sessionId);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(sessionId);
      this.#forgetOldest();
    };
  }

  /** Loads the newest page, for the first time or again. */
  async load(sessionId: string): Promise<void> {
    this.#set(sessionId, LOADING);
    try {
      const page = await fetchPage(sessionId, null, PAGE);
      this.#change(sessionId, (thread) => withNewest(thread, page));
    } catch (error) {
      this.#change(sessionId, (thread) => ({ ...thread, state: "failed", error: error as Error }));
    }
  }

  /** Loads the page before; nothing while one is on its way, or when there is none. */
  async loadOlder(sessionId: string): Promise<void> {
    const { olderCursor, isLoadingOlder } = this.thread(sessionId);
    if (olderCursor === null || isLoadingOlder) return;
    this.#change(sessionId, (thread) => ({ ...thread, isLoadingOlder: true, error: null }));
    try {
      const page = await fetchPage(sessionId, olderCursor, OLDER_PAGE);
      // Loaded afresh meanwhile: the page belongs to what was there before.
      if (this.thread(sessionId).olderCursor !== olderCursor) return;
      this.#change(sessionId, (thread) => withOlder(thread, page));
    } catch (error) {
      const failed = { isLoadingOlder: false, error: error as Error };
      this.#change(sessionId, (thread) => ({ ...thread, ...failed }));
    }
  }

  /** Takes in what an event or an answer brings, where the thread is known. */
  add(sessionId: string, messages: readonly Message[]): void {
    if (messages.length > 0) this.#change(sessionId, (thread) => withMessages(thread, messages));
  }

  changeMessage(change: MessageChange): void {
    this.#change(change.sessionId, (thread) => withChange(thread, change));
  }

  /** More was missed than events can tell. */
  startOver(): void {
    for (const sessionId of [...this.#threads.keys()]) {
      if (this.#listeners.has(sessionId)) void this.load(sessionId);
      else this.#threads.delete(sessionId);
    }
  }

  #change(sessionId: string, change: (thread: Thread) => Thread): void {
    const thread = this.#threads.get(sessionId);
    if (thread === undefined) return;
    const changed = change(thread);
    if (changed !== thread) this.#set(sessionId, changed);
  }

  #set(sessionId: string, thread: Thread): void {
    this.#threads.set(sessionId, thread);
    for (const listener of this.#listeners.get(sessionId) ?? []) listener();
  }

  #forgetOldest(): void {
    const hidden = [...this.#threads.keys()].filter((id) => !this.#listeners.has(id));
    for (const id of hidden.slice(0, Math.max(0, hidden.length - KEPT))) this.#threads.delete(id);
  }
}

async function fetchPage(
  sessionId: string,
  cursor: string | null,
  limit: number,
): Promise<NewestFirst> {
  const query = { order: "newest", limit, cursor };
  return await call(`GET ${withQuery(`/sessions/${sessionId}/messages`, query)}`);
}
