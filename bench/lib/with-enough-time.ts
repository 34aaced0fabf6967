/**
 * Tries something that must be ready at an instant, with twice the time whenever the machine was too slow.
 * @param expectedMs what it takes, generously.
 * @param attempt gives `null` when it was not ready in time.
 */
export async function withEnoughTime<T>(
  expectedMs: number,
  attempt: (allowedMs: number) => Promise<T | null>,
): Promise<T> {
  for (let allowedMs = expectedMs; allowedMs < LONGEST_MS; allowedMs *= 2) {
    const result = await attempt(allowedMs);
    if (result !== null) return result;
  }
  throw new Error("this machine is too slow to be ready in half an hour");
}

const LONGEST_MS = 30 * 60_000;
