import { elapsedMs, sleep } from "./clock.ts";

/**
 * Something dear to read, which many ask for at once. Nobody is given what was read before they asked, so
 * who asks after an event finds it counted; those who ask during a read share the next one. Between two
 * reads of a key there is a rest in proportion to what the last one took, so that however many ask, no
 * more than a tenth of one connection's time goes into it.
 */
export class PacedReads<T> {
  readonly #read: (key: string) => Promise<T>;
  readonly #entries = new Map<string, Entry<T>>();

  constructor(read: (key: string) => Promise<T>) {
    this.#read = read;
  }

  /** What is read of this key from now on. Throws what reading throws. */
  async get(key: string): Promise<T> {
    const entry = this.#entryOf(key);
    entry.next ??= this.#readNext(key, entry);
    return await entry.next;
  }

  async #readNext(key: string, entry: Entry<T>): Promise<T> {
    // A failed read was told to who asked for it.
    await entry.running?.catch(() => undefined);
    const rest = entry.restUntil - elapsedMs();
    if (rest > 0) await sleep(rest);
    const began = elapsedMs();
    const running = this.#read(key);
    entry.running = running;
    entry.next = null;
    try {
      return await running;
    } finally {
      const restMs = Math.min(LONGEST_REST_MS, (elapsedMs() - began) * REST_SHARE);
      entry.restUntil = elapsedMs() + restMs;
      entry.running = null;
    }
  }

  #entryOf(key: string): Entry<T> {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    if (this.#entries.size >= MAX_KEYS) this.#forgetIdle();
    const entry: Entry<T> = { restUntil: 0, running: null, next: null };
    this.#entries.set(key, entry);
    return entry;
  }

  #forgetIdle(): void {
    const now = elapsedMs();
    for (const [key, { restUntil, running, next }] of this.#entries) {
      if (running === null && next === null && restUntil <= now) this.#entries.delete(key);
    }
  }
}

interface Entry<T> {
  restUntil: number;
  running: Promise<T> | null;
  /** The read that those share who ask before it begins. */
  next: Promise<T> | null;
}

/** A rest is so many times as long as the read before it. */
const REST_SHARE = 9;
const LONGEST_REST_MS = 2_000;
/** With more keys than this, those that nobody asks for are forgotten. */
const MAX_KEYS = 1_000;
