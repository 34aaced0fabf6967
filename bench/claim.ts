/**
 * How long a claim of 500 due sessions takes among 10 thousand and among a million armed ones, and that
 * it reads by the timer index. `node bench/claim.ts [--full]`
 */
import { parseArgs } from "node:util";
import { claimDueSessions } from "../apps/server/src/store/load-sessions.ts";
import { seedSessions } from "../apps/server/src/testkit/seed-sessions.ts";
import { type BenchBusiness, benchBusiness } from "./lib/bench-server.ts";

const { values } = parseArgs({
  options: { full: { type: "boolean", default: false }, folder: { type: "string" } },
});
const ROUNDS = 50;
const CLAIM = 500;

class RolledBack extends Error {}

/** Claims in a transaction that is rolled back, so that every round finds the same rows. */
async function timeClaim({ deps }: BenchBusiness): Promise<number> {
  let ms = 0;
  try {
    await deps.db.transaction(async (tx) => {
      await tx.query("select 1");
      const start = performance.now();
      const sessions = await claimDueSessions(tx, CLAIM);
      ms = performance.now() - start;
      if (sessions.length !== CLAIM) throw new Error(`claimed ${sessions.length}`);
      throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
  return ms;
}

async function measure(count: number): Promise<void> {
  const business = await benchBusiness(values.folder);
  try {
    const [clock] = await business.deps.db.query<{ now: number }>("select now_ms() as now");
    const now = clock?.now ?? 0;
    const spanMs = (count / CLAIM) * 60_000;
    await seedSessions(business.deps.db, { ...business, count, firstDueAt: now - 60_000, spanMs });
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) times.push(await timeClaim(business));
    times.sort((a, b) => a - b);
    const median = times[ROUNDS / 2] ?? 0;
    const p99 = times[ROUNDS - 1] ?? 0;
    console.log(
      `${count.toLocaleString("en")} armed: a claim of ${CLAIM} takes ${median.toFixed(2)} ms (median), ${p99.toFixed(2)} ms (slowest of ${ROUNDS})`,
    );
  } finally {
    await business.close();
  }
}

await measure(10_000);
await measure(100_000);
if (values.full) await measure(1_000_000);
