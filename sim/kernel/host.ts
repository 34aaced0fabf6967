import { AsyncLocalStorage } from "node:async_hooks";
import type { Random } from "./random.ts";

/** The machine a node runs on: its clock is wrong in its own way, and it may die at any moment. */
export interface Host {
  readonly name: string;
  /** Its clock is this much ahead of the true time, ms. */
  readonly skewMs: number;
  /** Its clock runs faster by so many millionths. */
  readonly driftPpm: number;
  readonly bootedAt: number;
  readonly random: Random;
  alive: boolean;
  /** Until then it does nothing: its virtual machine was stopped, or it collects garbage. */
  pausedUntil: number;
}

const storage = new AsyncLocalStorage<Host>();

/** The host whose code is running; undefined in the simulator itself and in the world. */
export function currentHost(): Host | undefined {
  return storage.getStore();
}

/** Runs code of a host, and all that follows from it. */
export function runOn<T>(host: Host, work: () => T): T {
  return storage.run(host, work);
}

/** Runs code of the simulator from within a host's. */
export function runOutside<T>(work: () => T): T {
  return storage.exit(work);
}
