/**
 * What this screen knows of sessions: each once, however many lists show it. Rows draw themselves anew
 * when *their* session changes, lists when their order does. The server's answers and the live events
 * are laid over each other here (docs/events.md).
 */
import type { Session } from "@punctual/contract";
import {
  addPage,
  place,
  remove,
  type SessionList,
  type Viewpoint,
  type ViewQuery,
} from "./session-list.data.ts";

type Listener = () => void;

export class SessionStore {
  readonly #sessions = new Map<string, Session>();
  readonly #lists = new Map<string, SessionList>();
  readonly #listeners = new Map<string, Set<Listener>>();
  /** Whose screen this is, and the time by the server's clock. */
  readonly #viewpoint: () => Viewpoint;

  constructor(viewpoint: () => Viewpoint) {
    this.#viewpoint = viewpoint;
  }

  session(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  list(query: ViewQuery): SessionList | undefined {
    return this.#lists.get(keyOf(query));
  }

  lists(): Iterable<SessionList> {
    return this.#lists.values();
  }

  /** Takes what the server says of sessions; every list moves them to their places. */
  put(sessions: readonly Session[]): void {
    for (const session of sessions) {
      this.#sessions.set(session.id, session);
      this.#placeEverywhere(session);
      this.#tell(session.id);
    }
  }

  /** Lays an event's part over a session that is known; false when it isn't. */
  change(id: string, change: (session: Session) => Session): boolean {
    const known = this.#sessions.get(id);
    if (known === undefined) return false;
    const changed = change(known);
    if (changed !== known) this.put([changed]);
    return true;
  }

  /** The member doesn't see it any more. */
  drop(id: string): void {
    for (const [key, list] of this.#lists) this.#setList(key, remove(list, id));
    this.#sessions.delete(id);
    this.#tell(id);
  }

  /** Starts the list anew, or goes on with it where `cursor` led. */
  putPage(
    query: ViewQuery,
    cursor: string | null,
    page: { readonly sessions: readonly Session[]; readonly nextCursor: string | null },
  ): void {
    const key = keyOf(query);
    const known = this.#lists.get(key);
    // A page that answers an older question than the list's own would repeat what it has.
    if (cursor !== null && known?.nextCursor !== cursor) return;
    const before = cursor === null || known === undefined ? emptyList(query) : known;
    for (const session of page.sessions) this.#sessions.set(session.id, session);
    const ids = page.sessions.map(({ id }) => id);
    this.#setList(key, addPage(before, { ids, nextCursor: page.nextCursor }));
    for (const id of ids) this.#tell(id);
  }

  /** Places what time itself moves: a session falls into the warning window without an event. */
  replace(ids: readonly string[]): void {
    for (const id of ids) {
      const session = this.#sessions.get(id);
      if (session !== undefined) this.#placeEverywhere(session);
    }
  }

  forget(query: ViewQuery): void {
    this.#lists.delete(keyOf(query));
  }

  /** @returns how to stop */
  subscribe(about: string | ViewQuery, listener: Listener): () => void {
    const key = typeof about === "string" ? about : keyOf(about);
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(key);
    };
  }

  #placeEverywhere(session: Session): void {
    const view = this.#viewpoint();
    for (const [key, list] of this.#lists) {
      this.#setList(key, place(list, session, this.#sessions, view));
    }
  }

  #setList(key: string, list: SessionList): void {
    if (this.#lists.get(key) === list) return;
    this.#lists.set(key, list);
    this.#tell(key);
  }

  #tell(key: string): void {
    for (const listener of this.#listeners.get(key) ?? []) listener();
  }
}

function emptyList(query: ViewQuery): SessionList {
  return { query, ids: [], nextCursor: null };
}

/** The same for the same question, in whatever order it was put. */
export function keyOf(query: ViewQuery): string {
  return `list:${JSON.stringify(
    Object.entries(query)
      .filter(([, value]) => value !== undefined)
      .sort(),
  )}`;
}
