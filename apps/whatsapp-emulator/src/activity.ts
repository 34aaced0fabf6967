interface Waiter {
  readonly predicate: () => boolean;
  readonly settle: (met: boolean) => void;
}

/**
 * Counts what is under way, so that a test can wait for "nothing left to do" rather than sleep.
 *
 * Everything that will lead to a webhook holds one count from its beginning to its end: a timer, a
 * queued or running POST, a bulk run, an accepted send whose answer is still being written.
 */
export class Activity {
  #pending = 0;
  #closed = false;
  readonly #waiters = new Set<Waiter>();

  get pending(): number {
    return this.#pending;
  }

  /**
   * Counts one thing in; the function it gives counts it out (once, however often it is called).
   */
  begin(): () => void {
    this.#pending += 1;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#pending -= 1;
      this.changed();
    };
  }

  /** Looks again at what waiters wait for. Call it after any change they may be waiting on. */
  changed(): void {
    for (const waiter of this.#waiters) {
      if (waiter.predicate()) waiter.settle(true);
    }
  }

  /** Waits until `predicate` holds. `false` when `timeoutMs` passed first, or on close. */
  until(predicate: () => boolean, timeoutMs: number): Promise<boolean> {
    if (predicate()) return Promise.resolve(true);
    if (this.#closed) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = setTimeout(() => waiter.settle(false), timeoutMs);
      const waiter: Waiter = {
        predicate,
        settle: (met) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve(met);
        },
      };
      this.#waiters.add(waiter);
    });
  }

  close(): void {
    this.#closed = true;
    for (const waiter of this.#waiters) waiter.settle(false);
  }
}
