/**
 * The time that screens count by: the server's, since its clock decides. Ticks once a second while
 * something on the screen counts, and stands still otherwise.
 */
import { useSyncExternalStore } from "react";

const SECOND_MS = 1_000;

let aheadMs = 0;
let timer: ReturnType<typeof setInterval> | null = null;
let shown = Date.now();
const listeners = new Set<() => void>();

/** @param now what the server's clock shows at this moment, epoch milliseconds */
export function noteServerTime(now: number): void {
  aheadMs = now - Date.now();
  // A clock that is wrong is not shown for the rest of its second.
  if (Math.abs(serverNow() - shown) > SECOND_MS) tick();
}

/** Epoch milliseconds by the server's clock. */
export function serverNow(): number {
  return Date.now() + aheadMs;
}

/** The same for components, which it draws anew every second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => shown);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === null) {
    shown = serverNow();
    timer = setInterval(tick, SECOND_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

function tick(): void {
  shown = serverNow();
  for (const listener of listeners) listener();
}
