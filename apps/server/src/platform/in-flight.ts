import { after } from "./clock.ts";
import type { Loop } from "./loop.ts";

/**
 * What a loop has sent out and not recorded yet. It goes on while later rounds claim more, a bounded
 * number at once.
 */
export class InFlight {
  readonly #most: number;
  readonly #graceMs: number;
  readonly #pieces = new Set<Promise<void>>();
  readonly #hurry = new AbortController();

  /**
   * @param most how many are under way at once.
   * @param graceMs how long a stop waits before it hurries them.
   */
  constructor(most: number, graceMs: number) {
    this.#most = most;
    this.#graceMs = graceMs;
  }

  /** Aborted when whoever waits for an answer, or for the database, must come to an end. */
  get hurry(): AbortSignal {
    return this.#hurry.signal;
  }

  /** How many more may begin. */
  get room(): number {
    return this.#most - this.#pieces.size;
  }

  /** @param piece must not reject: nobody would hear of it. */
  begin(piece: Promise<void>): void {
    const ending = piece.finally(() => this.#pieces.delete(ending));
    this.#pieces.add(ending);
  }

  /** Waits until one of those under way has ended. */
  async oneEnded(): Promise<void> {
    await Promise.race(this.#pieces);
  }

  /** Waits until all of them have. */
  async idle(): Promise<void> {
    await Promise.all(this.#pieces);
  }

  /** Ends the loop that begins them, which may be waiting for room itself, and waits for the last. */
  async stop(loop: Loop): Promise<void> {
    const cancel = after(this.#graceMs, () => this.#hurry.abort());
    await loop.stop();
    await this.idle();
    cancel();
  }
}
