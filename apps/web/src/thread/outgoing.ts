/**
 * Sends what people write, each session's in order, and keeps it until the server has acknowledged it:
 * through a lost connection, and through a reload of the page. The key of each makes sending it again harmless.
 *
 *     sending ──acknowledged──▶ gone
 *        │└──refused──▶ refused ──again──▶ sending
 *        └──unreachable──▶ waiting ──the connection is back, or time──▶ sending
 */
import type { Message } from "@punctual/contract";
import { ApiProblem, call } from "../api/http.ts";
import type { Outgoing } from "./outgoing.data.ts";

const KEPT_AS = "punctual-outgoing";
const AGAIN_AFTER_MS = 5_000;
const KEY_HOLDS_MS = 20 * 3_600_000;
const NONE: readonly Outgoing[] = [];

type Written = Pick<Outgoing, "sessionId" | "body" | "afterId" | "label">;

export interface OutgoingHandlers {
  readonly onSent: (sessionId: string, message: Message) => void;
}

export class OutgoingMessages {
  readonly #keptAs: string;
  readonly #onSent: OutgoingHandlers["onSent"];
  readonly #listeners = new Set<() => void>();
  readonly #underWay = new Set<string>();
  #all: readonly Outgoing[];
  #ofSession = new Map<string, readonly Outgoing[]>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(memberId: string, { onSent }: OutgoingHandlers) {
    this.#keptAs = `${KEPT_AS}:${memberId}:`;
    this.#onSent = onSent;
    this.#all = read(this.#keptAs);
  }

  /** In the order in which they were written. */
  of(sessionId: string): readonly Outgoing[] {
    const known = this.#ofSession.get(sessionId);
    if (known !== undefined) return known;
    const items = this.#all.filter((item) => item.sessionId === sessionId);
    this.#ofSession.set(sessionId, items.length === 0 ? NONE : items);
    return items.length === 0 ? NONE : items;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  send({ sessionId, body, afterId, label }: Written): void {
    const key = crypto.randomUUID();
    const writtenAt = Date.now();
    const fresh = { state: "sending", problem: null } as const;
    this.#set([...this.#all, { key, sessionId, body, afterId, label, writtenAt, ...fresh }]);
    void this.#work(sessionId);
  }

  /** Tries what was refused once more, as something new. */
  again(item: Outgoing): void {
    this.discard(item.key);
    this.send(item);
  }

  discard(key: string): void {
    this.#set(this.#all.filter((item) => item.key !== key));
  }

  /** The server can be reached again. */
  resume(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const sessionId of new Set(this.#all.map((item) => item.sessionId))) {
      void this.#work(sessionId);
    }
  }

  async #work(sessionId: string): Promise<void> {
    if (this.#underWay.has(sessionId)) return;
    this.#underWay.add(sessionId);
    for (let item = this.#next(sessionId); item !== undefined; item = this.#next(sessionId)) {
      if (!(await this.#deliver(item))) break;
    }
    this.#underWay.delete(sessionId);
  }

  #next(sessionId: string): Outgoing | undefined {
    return this.of(sessionId).find(({ state }) => state !== "refused");
  }

  /** @returns false when the server can't be reached, so that the rest waits as well */
  async #deliver(item: Outgoing): Promise<boolean> {
    try {
      this.#change(item.key, { state: "sending" });
      const message = await post(item);
      this.#onSent(item.sessionId, message);
      this.discard(item.key);
      return true;
    } catch (error) {
      if (isPassing(error)) {
        this.#change(item.key, { state: "waiting" });
        this.#timer ??= setTimeout(() => this.resume(), AGAIN_AFTER_MS);
        return false;
      }
      this.#change(item.key, { state: "refused", problem: (error as Error).message });
      return true;
    }
  }

  #change(key: string, change: Partial<Outgoing>): void {
    this.#set(this.#all.map((item) => (item.key === key ? { ...item, ...change } : item)));
  }

  #set(items: readonly Outgoing[]): void {
    const gone = new Set(this.#all.map(({ key }) => key));
    for (const item of items) {
      gone.delete(item.key);
      if (!this.#all.includes(item)) {
        localStorage.setItem(this.#keptAs + item.key, JSON.stringify(item));
      }
    }
    for (const key of gone) localStorage.removeItem(this.#keptAs + key);
    this.#all = items;
    this.#ofSession = new Map();
    for (const listener of this.#listeners) listener();
  }
}

async function post({ sessionId, key, body }: Outgoing): Promise<Message> {
  if (body.type !== "note") {
    return await call(`POST /sessions/${sessionId}/messages`, { body, idempotencyKey: key });
  }
  const { text, mentions } = body;
  const note = { text, mentions };
  return await call(`POST /sessions/${sessionId}/notes`, { body: note, idempotencyKey: key });
}

/** No answer, or one that says to come again: nobody knows whether it arrived, so the same key is sent again. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof ApiProblem)) return true;
  return error.status === 0 || error.status === 401 || error.status === 429 || error.status >= 500;
}

/** Each under a key of its own, so that tabs don't overwrite each other's. */
function read(keptAs: string): readonly Outgoing[] {
  const items = Object.keys(localStorage)
    .filter((key) => key.startsWith(keptAs))
    .map((key) => JSON.parse(localStorage.getItem(key) ?? "null") as Outgoing)
    .sort((a, b) => a.writtenAt - b.writtenAt);
  return items.map((item) =>
    // The server knows a key for a day. Later it could become a second message.
    Date.now() - item.writtenAt > KEY_HOLDS_MS ? { ...item, state: "refused" } : item,
  );
}
