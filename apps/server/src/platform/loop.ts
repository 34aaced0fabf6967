import { after } from "./clock.ts";

/** What one round of a loop says about the next. */
export interface Round {
  /** Ms until there is something to do at the earliest; 0: at once. */
  readonly nextInMs: number;
}

export interface LoopOptions {
  readonly name: string;
  /** Of a pino logger, what a loop uses. */
  readonly logger: { error(details: object, message: string): void };
  /** One bounded piece of work. An error is logged and the round tried again with back-off. */
  readonly runOnce: () => Promise<Round>;
  /** Polling is only the safety net: no sleep is longer than this. */
  readonly maxSleepMs: number;
}

const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 5_000;

/**
 * The one way to do something for ever: run a bounded round, sleep until the next is due, be woken
 * earlier by `wake`. A failing round never ends the loop. `stop` waits for the round under way.
 */
export class Loop {
  readonly #options: LoopOptions;
  #running: Promise<void> | null = null;
  #stopping = false;
  #woken = false;
  #endSleep: (() => void) | null = null;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#running !== null) return;
    this.#stopping = false;
    this.#running = this.#run();
  }

  /** There may be something to do now. */
  wake(): void {
    this.#woken = true;
    this.#endSleep?.();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#endSleep?.();
    await this.#running;
    this.#running = null;
  }

  async #run(): Promise<void> {
    const { name, logger, runOnce, maxSleepMs } = this.#options;
    let failures = 0;
    while (!this.#stopping) {
      this.#woken = false;
      let sleepMs: number;
      try {
        const { nextInMs } = await runOnce();
        failures = 0;
        sleepMs = Math.min(nextInMs, maxSleepMs);
      } catch (error) {
        sleepMs = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures);
        failures += 1;
        logger.error({ err: error, loop: name, retryInMs: sleepMs }, "a loop's round failed");
      }
      await this.#sleep(sleepMs);
    }
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#stopping || this.#woken || ms <= 0) return;
    await new Promise<void>((resolve) => {
      const cancel = after(ms, resolve);
      this.#endSleep = () => {
        cancel();
        resolve();
      };
    });
    this.#endSleep = null;
  }
}
