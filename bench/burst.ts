/**
 * Sessions due at one instant: each decided and committed with its timeline, end message, outbox row and
 * event. `node bench/burst.ts [--sessions 20000] [--workers 2] [--folder /dev/shm]`
 */
import { tmpdir } from "node:os";
import { parseArgs } from "node:util";
import { fireTimers } from "../apps/server/src/actions/fire-timers.ts";
import { seedSessions } from "../apps/server/src/testkit/seed-sessions.ts";
import { benchBusiness } from "./lib/bench-server.ts";

const { values } = parseArgs({
  options: {
    sessions: { type: "string", default: "20000" },
    workers: { type: "string", default: "2" },
    batch: { type: "string", default: "1000" },
    folder: { type: "string", default: tmpdir() },
  },
});
const SESSIONS = Number(values.sessions);
const BATCH = Number(values.batch);

const business = await benchBusiness(values.folder);
try {
  const { deps } = business;
  const [clock] = await deps.db.query<{ now: number }>("select now_ms() as now");
  const firstDueAt = (clock?.now ?? 0) - 1_000;
  await seedSessions(deps.db, { ...business, count: SESSIONS, firstDueAt, spanMs: 0 });
  const worker = async (): Promise<number> => {
    let total = 0;
    for (;;) {
      const { claimed, fired } = await fireTimers(deps, BATCH);
      total += fired.length;
      if (claimed === 0) return total;
    }
  };
  const start = performance.now();
  const counts = await Promise.all(Array.from({ length: Number(values.workers) }, worker));
  const seconds = (performance.now() - start) / 1000;
  const closed = counts.reduce((a, b) => a + b, 0);
  if (closed !== SESSIONS) throw new Error(`${closed} of ${SESSIONS} closed`);
  console.log(`${closed} sessions in ${seconds.toFixed(2)} s: ${Math.round(closed / seconds)}/s`);
} finally {
  await business.close();
}
