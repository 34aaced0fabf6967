import { currentHost } from "./host.ts";
import type { Simulation } from "./simulation.ts";

/** What `setTimeout` gives to code on a host. */
class VirtualTimer {
  readonly cancel: () => void;

  constructor(cancel: () => void) {
    this.cancel = cancel;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/**
 * Gives the libraries of a node virtual timers under the global names: the database's pool has time limits
 * of its own. Code that runs on no host keeps the real ones.
 */
export function replaceTimers(simulation: Simulation): void {
  const real = { setTimeout, clearTimeout, setImmediate };
  const onHost = (callback: (...args: unknown[]) => void, ms: number, args: unknown[]) => {
    const host = currentHost();
    if (host === undefined) return null;
    return new VirtualTimer(simulation.afterOn(host, ms, () => callback(...args)));
  };
  Object.assign(globalThis, {
    setTimeout: (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
      onHost(callback, Math.max(1, ms), args) ?? real.setTimeout(callback, ms, ...args),
    setImmediate: (callback: (...args: unknown[]) => void, ...args: unknown[]) =>
      onHost(callback, 0, args) ?? real.setImmediate(callback, ...args),
    clearTimeout: (timer: NodeJS.Timeout | VirtualTimer | undefined) => {
      if (timer instanceof VirtualTimer) timer.cancel();
      else real.clearTimeout(timer);
    },
  });
}
