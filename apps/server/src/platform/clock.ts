/**
 * This machine's clock, epoch ms. It never decides anything: the database's does. It serves only to
 * spare a question whose answer is certain, and to measure how long things take.
 */
export function hostNow(): number {
  return Date.now();
}

/** A clock that only goes forward, in ms, for measuring. */
export function elapsedMs(): number {
  return performance.now();
}
