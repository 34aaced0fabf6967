/**
 * Resident memory of a server that has a business and nothing to do. What it takes under load is said
 * beside the figures of each load. `node bench/memory.ts [--full] [--folder /dev/shm]`
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Bench, OURS } from "./lib/bench-result.ts";
import { onBenchBusiness } from "./lib/bench-server.ts";
import { readLoadUsage } from "./lib/load-usage.ts";
import { startRealServer } from "./lib/real-server.ts";
import { runAlone } from "./lib/run-alone.ts";

const WHY = "Resident memory is read from /proc, which only Linux has.";

export const memory: Bench = async ({ full, folder }) => {
  const seconds = full ? 30 : 5;
  return await onBenchBusiness(folder, async ({ deps, url, dataDir }) => {
    const server = await startRealServer(dataDir, { DATABASE_URL: url });
    try {
      await sleep(seconds * 1_000);
      const usage = await readLoadUsage(deps.db, server.pid);
      if (usage === null) {
        return { about: {}, figures: [], notMeasured: [{ subject: OURS, why: WHY }] };
      }
      const value = usage.serverMb;
      return { about: { seconds }, figures: [{ name: "idle", subject: OURS, value, unit: "MB" }] };
    } finally {
      await server.stop();
    }
  });
};

if (import.meta.main) await runAlone("memory", memory);
