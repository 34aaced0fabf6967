/**
 * Virtual time. Everything that happens is an event; one runs at a time, and the next one only after the
 * code it woke has come to rest. Between two events no time passes, and nothing real is waited for but
 * PostgreSQL, which runs one statement at a time.
 *
 *     take the next event ──▶ its moment is now ──▶ run it ──▶ wait until all code rests ──┐
 *              ▲──────────────────────────────────────────────────────────────────────────┘
 *
 * The order of events, and with it the whole run, follows from the seed.
 */
import { EventQueue, type SimEvent } from "./event-queue.ts";
import { currentHost, type Host, runOn, runOutside } from "./host.ts";
import type { Random } from "./random.ts";
import type { Trace } from "./trace.ts";

/** The real ones: the global names are replaced for the code of nodes. */
const realSetImmediate = globalThis.setImmediate;

export class Simulation {
  readonly random: Random;
  readonly trace: Trace;
  readonly #events = new EventQueue();
  readonly #ties: Random;
  #now: number;
  #steps = 0;
  #failure: Error | null = null;

  constructor(options: {
    readonly startAt: number;
    readonly random: Random;
    readonly trace: Trace;
  }) {
    this.#now = options.startAt;
    this.random = options.random;
    this.trace = options.trace;
    this.#ties = options.random.fork("ties");
  }

  /** The true time, epoch ms. */
  get now(): number {
    return this.#now;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Does something in so many ms, as the simulator. Gives what calls it off. */
  after(ms: number, run: () => void | Promise<void>): () => void {
    return this.#add(ms, run);
  }

  /** Does something on a host in so many ms, unless the host is dead by then. */
  afterOn(host: Host, ms: number, run: () => void): () => void {
    let cancelled = false;
    const attempt = () => {
      if (cancelled || !host.alive) return;
      if (host.pausedUntil > this.#now) this.#add(host.pausedUntil - this.#now, attempt);
      else runOn(host, run);
    };
    this.#add(ms, attempt);
    return () => {
      cancelled = true;
    };
  }

  #add(ms: number, run: () => void | Promise<void>): () => void {
    const event: SimEvent = {
      at: this.#now + Math.max(0, Math.round(ms)),
      run,
      cancelled: false,
    };
    this.#events.add(event, this.#ties.bits());
    return () => {
      event.cancelled = true;
    };
  }

  note(what: string): void {
    this.trace.add(this.#now, currentHost()?.name ?? "-", what);
  }

  /** Ends the run after this event: something went wrong that is not the product's fault. */
  fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
  }

  /** Lets time pass until this moment. Throws what `fail` was given. */
  async runUntil(end: number, stop: () => boolean): Promise<void> {
    await runOutside(async () => {
      while (!stop()) {
        const at = this.#events.nextAt();
        if (at === null || at > end) break;
        const event = this.#events.take();
        if (event === undefined || event.cancelled) continue;
        this.#now = Math.max(this.#now, event.at);
        this.#steps += 1;
        await event.run();
        await rest();
        if (this.#failure !== null) throw this.#failure;
      }
      this.#now = Math.max(this.#now, stop() ? this.#now : end);
    });
  }
}

/** Promises and ticks of the code under test run before anything else of this turn of the event loop. */
function rest(): Promise<void> {
  return new Promise((resolve) => realSetImmediate(resolve));
}
