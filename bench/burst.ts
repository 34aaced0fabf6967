/**
 * Sessions due at one instant: each decided and committed with its timeline, end message, outbox row and
 * event. Ours is a server process with the role `timers`; beside it one set-based statement with the same
 * writes, and the peers. `node bench/burst.ts [--full] [--folder /dev/shm] [--no-peers]`
 */
import type { Queryable } from "../apps/server/src/platform/database.ts";
import { type Bench, type Figure, OURS } from "./lib/bench-result.ts";
import { type BenchBusiness, onBenchBusiness } from "./lib/bench-server.ts";
import {
  countRows,
  NEVER_MS,
  prepareFor,
  seedDueAt,
  untilClosed,
  WARM_UP,
} from "./lib/due-at-once.ts";
import { FIRE_ALL_SQL, FIRING_JSON } from "./lib/firing-sql.ts";
import { readLoadUsage } from "./lib/load-usage.ts";
import { startRealServer } from "./lib/real-server.ts";
import { runAlone } from "./lib/run-alone.ts";
import { withEnoughTime } from "./lib/with-enough-time.ts";
import { measurablePeers } from "./peers/measurable-peers.ts";
import { onPeerPlace, type StartTask } from "./peers/on-peer-place.ts";
import type { Peer } from "./peers/peer.ts";

/** What seeding and arming take, by far. */
const SEED_MS_EACH = 0.1;
const ARM_MS_EACH = 0.2;

const LIMIT = "one statement";

export const burst: Bench = async (options) => {
  const count = options.full ? 100_000 : 20_000;
  const peerCount = options.full ? 100_000 : 5_000;
  const figures = [
    await onBenchBusiness(options.folder, (business) => measureOurs(business, count)),
  ];
  if (!options.peers) return { about: { sessions: count }, figures };
  figures.push(await onBenchBusiness(options.folder, (business) => measureLimit(business, count)));
  const { present, absent } = await measurablePeers();
  for (const peer of present) {
    options.say(`burst: ${peer.name}`);
    const expectedMs = 2_000 + WARM_UP.leadMs + peerCount * ARM_MS_EACH;
    const measure = (allowedMs: number) =>
      onBenchBusiness(options.folder, (business) =>
        onPeerPlace(peer, business, options.folder, (start) =>
          measurePeer(business, peer, start, peerCount, allowedMs),
        ),
      );
    figures.push(await withEnoughTime(expectedMs, measure));
  }
  const about = { sessions: count, sessionsOfPeers: peerCount };
  return { about, figures, notMeasured: absent };
};

async function measureOurs(business: BenchBusiness, count: number): Promise<Figure> {
  const { db } = business.deps;
  const environment = { DATABASE_URL: business.url, ROLES: "timers" };
  const server = await startRealServer(business.dataDir, environment);
  try {
    const seed = (dueAt: number) => seedDueAt(business, count, dueAt);
    const dueAt = await prepareFor(count * SEED_MS_EACH, seed);
    const { endedAt } = await untilClosed(db, count);
    await checkRows(db, count + WARM_UP.sessions);
    const usage = await readLoadUsage(db, server.pid);
    return {
      ...perSecond(OURS, count, endedAt - dueAt),
      ...(usage === null ? {} : { peakMemoryMb: usage.serverPeakMb }),
    };
  } finally {
    await server.stop();
  }
}

async function measureLimit(business: BenchBusiness, count: number): Promise<Figure> {
  const { db } = business.deps;
  await seedDueAt(business, count, Date.now() - 1_000);
  const ids = (await db.query<{ id: string }>("select id from sessions")).map(({ id }) => id);
  const fire = (some: readonly string[]) =>
    db.query(FIRE_ALL_SQL, [business.accountId, some, ...FIRING_JSON]);
  await fire(ids.slice(0, WARM_UP.sessions));
  const began = performance.now();
  await fire(ids.slice(WARM_UP.sessions));
  const tookMs = performance.now() - began;
  await checkRows(db, count + WARM_UP.sessions);
  return perSecond(LIMIT, count, tookMs);
}

/**
 * From the first sign of work on, so that how often it looks for work doesn't count here.
 * @param allowedMs how long from now its jobs are due; `null`: they weren't armed by then.
 */
async function measurePeer(
  business: BenchBusiness,
  peer: Peer,
  start: StartTask,
  count: number,
  allowedMs: number,
): Promise<Figure | null> {
  const { db } = business.deps;
  await seedDueAt(business, count, Date.now() + NEVER_MS);
  const ids = (await db.query<{ id: string }>("select id from sessions")).map(({ id }) => id);
  const dueAt = Date.now() + allowedMs;
  const jobs = ids.map((sessionId, index) => ({
    sessionId,
    dueAt: index < WARM_UP.sessions ? dueAt - WARM_UP.leadMs : dueAt,
  }));
  await (await start({ type: "arm", jobs })).end();
  if (Date.now() > dueAt - WARM_UP.leadMs) return null;
  const starting = Array.from({ length: peer.workers }, () => start({ type: "work" }));
  const working = await Promise.all(starting);
  const { beganAt, endedAt } = await untilClosed(db, count);
  const reports = await Promise.all(working.map((worker) => worker.end()));
  await checkRows(db, count + WARM_UP.sessions);
  const peakMemoryMb = reports.reduce((sum, report) => sum + report.peakMemoryMb, 0);
  return { ...perSecond(peer.name, count, endedAt - Math.max(beganAt, dueAt)), peakMemoryMb };
}

function perSecond(subject: string, count: number, tookMs: number): Figure {
  return { name: "sessions", subject, value: (count / tookMs) * 1_000, unit: "/s" };
}

/** Everybody must have written the same rows. */
async function checkRows(db: Queryable, count: number): Promise<void> {
  const expected = JSON.stringify({
    ...{ sessions: count, messages: count, outbox: count, timeline: count, events: count },
  });
  const found = await countRows(db);
  if (found !== expected) throw new Error(`wrote ${found} instead of ${expected}`);
}

if (import.meta.main) await runAlone("burst", burst);
