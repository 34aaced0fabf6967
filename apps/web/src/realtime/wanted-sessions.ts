/** Gathers ids for a moment, then asks for all of them at once; one question at a time. */
const GATHER_MS = 60;
const AT_ONCE = 100;

/** @returns takes an id that somebody wants fetched */
export function createWanted(
  fetchThem: (ids: readonly string[]) => Promise<void>,
): (id: string) => void {
  const ids = new Set<string>();
  let isUnderWay = false;

  async function run(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
    const batch = [...ids].slice(0, AT_ONCE);
    for (const id of batch) ids.delete(id);
    // What can't be had now comes with its next event, or when the list is opened.
    await fetchThem(batch).catch(() => undefined);
    if (ids.size > 0) await run();
    else isUnderWay = false;
  }

  return (id) => {
    ids.add(id);
    if (isUnderWay) return;
    isUnderWay = true;
    void run();
  };
}
