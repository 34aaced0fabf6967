const cleanUps = new Set<() => Promise<void>>();

/** Runs `cleanUp` when somebody stops the benchmark; gives what takes that back. */
export function onInterrupt(cleanUp: () => Promise<void>): () => void {
  if (cleanUps.size === 0) {
    process.on("SIGINT", interrupted);
    process.on("SIGTERM", interrupted);
  }
  cleanUps.add(cleanUp);
  return () => {
    cleanUps.delete(cleanUp);
    if (cleanUps.size > 0) return;
    process.off("SIGINT", interrupted);
    process.off("SIGTERM", interrupted);
  };
}

function interrupted(): void {
  const newestFirst = [...cleanUps].reverse();
  cleanUps.clear();
  void Promise.allSettled(newestFirst.map((cleanUp) => cleanUp())).then(() => process.exit(130));
}
