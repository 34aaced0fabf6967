/**
 * Whether figures stay flat while a business grows: a claim of due sessions, messages, and a burst of
 * deadlines, each among more and more open sessions, and at last beside ten million closed ones.
 * `node bench/growth.ts [--full] [--folder /dev/shm]`
 */
import { claimDueSessions } from "../apps/server/src/store/load-sessions.ts";
import { seedClosedSessions, seedSessions } from "../apps/server/src/testkit/seed-sessions.ts";
import type { Bench, Figure } from "./lib/bench-result.ts";
import { type BenchBusiness, onBenchBusiness } from "./lib/bench-server.ts";
import { benchTarget } from "./lib/bench-target.ts";
import { moveDeadlines, NEVER_MS, prepareFor, untilClosed, WARM_UP } from "./lib/due-at-once.ts";
import { prepareLoad } from "./lib/load-run.ts";
import { readLoadUsage } from "./lib/load-usage.ts";
import { type RealServer, startRealServer } from "./lib/real-server.ts";
import { runAlone } from "./lib/run-alone.ts";
import { median } from "./lib/spread.ts";

interface Size {
  readonly open: number;
  readonly closed: number;
}

const SMALL: readonly Size[] = [
  { open: 10_000, closed: 0 },
  { open: 50_000, closed: 50_000 },
];
const FULL: readonly Size[] = [
  { open: 10_000, closed: 0 },
  { open: 100_000, closed: 0 },
  { open: 1_000_000, closed: 0 },
  { open: 1_000_000, closed: 10_000_000 },
];

const CLAIM = 500;
const CLAIM_ROUNDS = 60;

/** Of each measurement: the same number at every size. */
interface Work {
  readonly messages: number;
  readonly due: number;
}
const SMALL_WORK: Work = { messages: 3_000, due: 4_000 };
const FULL_WORK: Work = { messages: 20_000, due: 6_000 };
/** Who write, the same at every size; others' deadlines fall due. */
const CUSTOMERS = 1_000;

export const growth: Bench = async ({ full, folder, say }) => {
  const figures: Figure[] = [];
  const work = full ? FULL_WORK : SMALL_WORK;
  for (const size of full ? FULL : SMALL) {
    say(`growth: ${subjectOf(size)}`);
    const measure = (business: BenchBusiness) => measureAt(business, size, work);
    figures.push(...(await onBenchBusiness(folder, measure)));
  }
  return { about: { claim: CLAIM, ...work }, figures };
};

function subjectOf({ open, closed }: Size): string {
  const openText = `${open.toLocaleString("en")} open`;
  return closed === 0 ? openText : `${openText}, ${closed.toLocaleString("en")} closed`;
}

async function measureAt(business: BenchBusiness, size: Size, work: Work): Promise<Figure[]> {
  const { db } = business.deps;
  const subject = subjectOf(size);
  const farOff = { firstDueAt: Date.now() + NEVER_MS, spanMs: NEVER_MS };
  await seedSessions(db, { ...business, ...farOff, count: size.open });
  await seedClosedSessions(db, { ...business, count: size.closed });
  const claimMs = await timeClaims(business);
  const environment = { DATABASE_URL: business.url, ROLES: "http,realtime,timers" };
  const server = await startRealServer(business.dataDir, environment);
  try {
    await sendMessages(business, server, 1_000);
    const messages = await sendMessages(business, server, work.messages);
    const sessions = await fireBurst(business, work.due);
    const usage = await readLoadUsage(db, server.pid);
    const memory = usage === null ? {} : { peakMemoryMb: usage.serverPeakMb };
    return [
      { name: `claim of ${CLAIM}`, subject, value: claimMs, unit: "ms" },
      { name: "messages", subject, value: messages, unit: "/s" },
      { name: "sessions due at once", subject, value: sessions, unit: "/s", ...memory },
    ];
  } finally {
    await server.stop();
  }
}

async function timeClaims(business: BenchBusiness): Promise<number> {
  const past = Date.now() - 3_600_000;
  await moveDeadlines(business, { count: CLAIM, firstDueAt: past, spanMs: 60_000 });
  const times: number[] = [];
  for (let round = 0; round < CLAIM_ROUNDS; round++) times.push(await timeClaim(business));
  await moveDeadlines(business, { count: CLAIM, firstDueAt: Date.now() + NEVER_MS, spanMs: 0 });
  return median(times);
}

class RolledBack extends Error {}

/** Claims in a transaction that is rolled back, so that every round finds the same rows. */
async function timeClaim({ deps }: BenchBusiness): Promise<number> {
  let ms = 0;
  try {
    await deps.db.transaction(async (tx) => {
      await tx.query("select 1");
      const began = performance.now();
      const sessions = await claimDueSessions(tx, CLAIM);
      ms = performance.now() - began;
      if (sessions.length !== CLAIM) throw new Error(`claimed ${sessions.length}`);
      throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
  return ms;
}

/** Messages a second, one to a webhook, all to open sessions. */
async function sendMessages(
  business: BenchBusiness,
  { url }: RealServer,
  messages: number,
): Promise<number> {
  const load = await prepareLoad({
    url,
    ...benchTarget(business, CUSTOMERS),
    messages,
    batch: 1,
    newcomerEvery: 0,
    connections: 64,
    perSecond: null,
    retries: false,
  });
  const { statuses, seconds } = await load.run();
  if (statuses[200] !== messages) throw new Error(`webhooks answered: ${JSON.stringify(statuses)}`);
  return messages / seconds;
}

/** Sessions a second when so many are due at one instant. */
async function fireBurst(business: BenchBusiness, due: number): Promise<number> {
  const count = due + WARM_UP.sessions;
  const dueAt = await prepareFor(1_000, async (firstDueAt) => {
    await moveDeadlines(business, { count, firstDueAt, spanMs: 0 });
    const earlier = firstDueAt - WARM_UP.leadMs;
    await moveDeadlines(business, { count: WARM_UP.sessions, firstDueAt: earlier, spanMs: 0 });
  });
  const { endedAt } = await untilClosed(business.deps.db, due);
  return (due / (endedAt - dueAt)) * 1_000;
}

if (import.meta.main) await runAlone("growth", growth);
