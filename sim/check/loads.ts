/** How many open, unsnoozed sessions each member holds (clock.md §8). */
export class Loads {
  readonly #holders = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  /** When a member came by a session without being given it: it woke, or was opened again. */
  readonly #cameBack = new Map<string, number[]>();

  /**
   * Notes who holds a session after a commit; `null`: nobody, or it is closed or snoozed.
   * @param given whether the commit gave it to them
   */
  note(sessionId: string, memberId: string | null, now: number, given: boolean): void {
    const before = this.#holders.get(sessionId) ?? null;
    if (before === memberId) return;
    if (before !== null) this.#add(before, -1);
    if (memberId === null) {
      this.#holders.delete(sessionId);
      return;
    }
    this.#holders.set(sessionId, memberId);
    this.#add(memberId, 1);
    if (!given) this.#cameBack.set(memberId, [...this.#recent(memberId, now - KEPT_MS), now]);
  }

  /**
   * What a decision that just commits has certainly seen of a member's load. One decision at a time gives
   * sessions away in a business, but what comes back by itself may do so while it decides.
   */
  seenSince(memberId: string, at: number): number {
    return (this.#counts.get(memberId) ?? 0) - this.#recent(memberId, at).length;
  }

  #recent(memberId: string, since: number): readonly number[] {
    return (this.#cameBack.get(memberId) ?? []).filter((at) => at >= since);
  }

  #add(memberId: string, by: number): void {
    this.#counts.set(memberId, (this.#counts.get(memberId) ?? 0) + by);
  }
}

const KEPT_MS = 60_000;
