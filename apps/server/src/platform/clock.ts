/**
 * This machine's time, the only place that reads it or waits for it. It never decides anything: the
 * database's clock does.
 */

/** This machine's clock, epoch ms. It serves only to spare a question whose answer is certain. */
export function hostNow(): number {
  return Date.now();
}

/** A clock that only goes forward, in ms, for measuring. */
export function elapsedMs(): number {
  return performance.now();
}

/** Calls back once, in so many ms. Gives what calls it off. */
export function after(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}

/** Calls back every so many ms, which keeps no process alive. Gives what ends it. */
export function every(ms: number, callback: () => void): () => void {
  const timer = setInterval(callback, ms).unref();
  return () => clearInterval(timer);
}

export async function sleep(ms: number): Promise<void> {
  await new Promise<void>((resolve) => after(ms, resolve));
}

/** Waits until what this turn of the event loop has still to do is done. */
export async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** A signal that aborts in so many ms, with a `TimeoutError`. */
export function timeoutSignal(ms: number): AbortSignal {
  return AbortSignal.timeout(ms);
}
