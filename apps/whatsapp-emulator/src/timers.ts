import type { Activity } from "./activity.ts";

interface Entry {
  readonly dueAt: number;
  readonly fire: () => void;
  readonly cancel: () => void;
}

/** Everything that waits for a moment: steps of the status ladder, delays, retries. */
export class Timers {
  readonly #activity: Activity;
  readonly #entries = new Set<Entry>();
  #closed = false;

  constructor(activity: Activity) {
    this.#activity = activity;
  }

  /**
   * Runs `run` in `delayMs` (or at the next `runAllNow`), never within this call.
   *
   * @returns what takes it back.
   */
  schedule(delayMs: number, run: () => void): () => void {
    if (this.#closed) return () => {};
    const end = this.#activity.begin();
    const timer = setTimeout(() => entry.fire(), delayMs);
    const entry: Entry = {
      dueAt: Date.now() + delayMs,
      fire: () => {
        if (!this.#entries.has(entry)) return;
        entry.cancel();
        run();
        end();
      },
      cancel: () => {
        clearTimeout(timer);
        this.#entries.delete(entry);
      },
    };
    this.#entries.add(entry);
    return () => {
      entry.cancel();
      end();
    };
  }

  /** Resolves after `delayMs`. Never, if the timers are closed meanwhile. */
  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.schedule(delayMs, resolve));
  }

  /** Runs all that waits, in order of due time, and what that schedules in turn. */
  runAllNow(): void {
    while (this.#entries.size > 0) {
      for (const entry of [...this.#entries].sort((a, b) => a.dueAt - b.dueAt)) entry.fire();
    }
  }

  close(): void {
    this.#closed = true;
    for (const entry of this.#entries) entry.cancel();
  }
}
