/** Long on a quiet machine: who waits in vain has time to say so, and who waits on a busy one is served. */
const DEADLINE_MS = 60_000;
const LOOK_EVERY_MS = 5;

/** Looks until the condition holds. Throws after a minute. */
export async function waitUntil(condition: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
