/** Stands in for the server's `platform/clock.ts`: virtual time, on the clock of the host that asks. */
import { currentSimulation } from "../kernel/current.ts";
import { currentHost, type Host } from "../kernel/host.ts";

export function hostNow(): number {
  const { now } = currentSimulation();
  const host = currentHost();
  return host === undefined
    ? now
    : Math.floor(now + host.skewMs + elapsedOn(host) - sinceBoot(host));
}

export function elapsedMs(): number {
  const host = currentHost();
  return host === undefined ? currentSimulation().now : elapsedOn(host);
}

export function after(ms: number, callback: () => void): () => void {
  const simulation = currentSimulation();
  const host = currentHost();
  if (host === undefined) return simulation.after(ms, callback);
  const trueMs = ms / (1 + host.driftPpm / 1e6) + slack(host);
  return simulation.afterOn(host, Math.max(1, trueMs), callback);
}

export function every(ms: number, callback: () => void): () => void {
  let cancel = after(ms, again);
  function again(): void {
    cancel = after(ms, again);
    callback();
  }
  return () => cancel();
}

export async function sleep(ms: number): Promise<void> {
  await new Promise<void>((resolve) => after(ms, resolve));
}

export async function nextTurn(): Promise<void> {
  const simulation = currentSimulation();
  const host = currentHost();
  await new Promise<void>((resolve) => {
    if (host === undefined) simulation.after(0, resolve);
    else simulation.afterOn(host, 0, resolve);
  });
}

export function timeoutSignal(ms: number): AbortSignal {
  const controller = new AbortController();
  after(ms, () => controller.abort(new DOMException("timed out", "TimeoutError")));
  return controller.signal;
}

function sinceBoot(host: Host): number {
  return currentSimulation().now - host.bootedAt;
}

function elapsedOn(host: Host): number {
  return sinceBoot(host) * (1 + host.driftPpm / 1e6);
}

/** Timers are never early and often a little late. */
function slack(host: Host): number {
  return host.random.chance(0.7) ? 0 : host.random.between(0, host.random.chance(0.02) ? 80 : 4);
}
