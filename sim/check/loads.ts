/** How many open, unsnoozed sessions each member held, over the last minute (clock.md §8). */
export class Loads {
  readonly #held = new Map<string, string>();
  readonly #counts = new Map<string, { at: number; count: number }[]>();

  /** Notes who holds a session after a commit; `null`: nobody, or it is closed or snoozed. */
  note(sessionId: string, memberId: string | null, now: number): void {
    const before = this.#held.get(sessionId) ?? null;
    if (before === memberId) return;
    if (before !== null) this.#add(before, -1, now);
    if (memberId === null) this.#held.delete(sessionId);
    else this.#held.set(sessionId, memberId);
    if (memberId !== null) this.#add(memberId, 1, now);
  }

  /** The fewest that a member held at some time since then. */
  fewestSince(memberId: string, at: number): number {
    const counts = this.#counts.get(memberId) ?? [];
    const first = Math.max(
      0,
      counts.findLastIndex((each) => each.at <= at),
    );
    const relevant = counts.slice(first).map(({ count }) => count);
    return relevant.length === 0 ? 0 : Math.min(...relevant);
  }

  #add(memberId: string, by: number, now: number): void {
    const counts = this.#counts.get(memberId) ?? [{ at: 0, count: 0 }];
    const count = (counts.at(-1)?.count ?? 0) + by;
    counts.push({ at: now, count });
    const first = counts.findLastIndex(({ at }) => at < now - KEPT_MS);
    if (first > 0) counts.splice(0, first);
    this.#counts.set(memberId, counts);
  }
}

const KEPT_MS = 60_000;
