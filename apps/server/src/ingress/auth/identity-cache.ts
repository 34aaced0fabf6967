import type { MemberIdentity } from "../../actions/deps.ts";
import { elapsedMs } from "../../platform/clock.ts";

interface Entry {
  readonly until: number;
  readonly member: Promise<MemberIdentity | null>;
}

/**
 * Remembers for a moment whom a token or a login belongs to, since a look-up costs more than most
 * requests. Whoever is revoked or deactivated is out at once, since all is forgotten then, and when the moment
 * is over if this process did not hear of it. Requests that come together share one look-up.
 */
export class IdentityCache {
  readonly #entries = new Map<string, Entry>();
  readonly #ttlMs: number;
  readonly #maxEntries: number;

  /** @param ttlMs how long an answer holds: the most that a revocation may take. */
  constructor(ttlMs: number, maxEntries: number) {
    this.#ttlMs = ttlMs;
    this.#maxEntries = maxEntries;
  }

  /** @param fresh looks it up, whatever is remembered, and remembers that. */
  async find(
    key: string,
    lookUp: () => Promise<MemberIdentity | null>,
    fresh: boolean,
  ): Promise<MemberIdentity | null> {
    const now = elapsedMs();
    const cached = this.#entries.get(key);
    if (!fresh && cached !== undefined && cached.until > now) return await cached.member;
    if (this.#entries.size >= this.#maxEntries) this.#entries.clear();
    const entry = { until: now + this.#ttlMs, member: lookUp() };
    this.#entries.set(key, entry);
    try {
      return await entry.member;
    } catch (error) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw error;
    }
  }

  /** Forgets everybody, and whatever look-ups under way will say. */
  clear(): void {
    this.#entries.clear();
  }
}
