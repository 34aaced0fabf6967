/**
 * How late deadlines fire: many sessions armed, so many of them due every second, and as many customers
 * writing, each of whom moves a deadline. Lateness counts until others can see what was committed. Ours
 * is a server process reached by signed webhooks; beside it the peers, and what the disk alone takes.
 * Proves that none is lost and none fires twice.
 * `node bench/lateness.ts [--full] [--folder /dev/shm] [--no-peers]`
 */
import { setTimeout as sleep } from "node:timers/promises";
import { seedSessions } from "../apps/server/src/testkit/seed-sessions.ts";
import { type Bench, type Figure, OURS } from "./lib/bench-result.ts";
import { type BenchBusiness, onBenchBusiness } from "./lib/bench-server.ts";
import { benchTarget } from "./lib/bench-target.ts";
import { type CloseWatch, watchCloses } from "./lib/close-watch.ts";
import { moveDeadlines, NEVER_MS } from "./lib/due-at-once.ts";
import { fdatasync } from "./lib/fdatasync.ts";
import { prepareLoad } from "./lib/load-run.ts";
import { readLoadUsage } from "./lib/load-usage.ts";
import { startRealServer } from "./lib/real-server.ts";
import { runAlone } from "./lib/run-alone.ts";
import { type Spread, spreadOf } from "./lib/spread.ts";
import { withEnoughTime } from "./lib/with-enough-time.ts";
import { measurablePeers } from "./peers/measurable-peers.ts";
import { onPeerPlace, type StartTask } from "./peers/on-peer-place.ts";
import type { Peer, PeerJob } from "./peers/peer.ts";

interface Size {
  /** Armed sessions. */
  readonly sessions: number;
  /** Deadlines, and customer messages, a second. */
  readonly perSecond: number;
  readonly seconds: number;
  readonly probeSeconds: number;
}

const SMALL: Size = { sessions: 20_000, perSecond: 200, seconds: 8, probeSeconds: 2 };
const FULL: Size = { sessions: 1_000_000, perSecond: 500, seconds: 60, probeSeconds: 10 };
/** What arming takes for each, by far. */
const ARM_MS_EACH = 0.3;
/** From the moment that deadlines are set until the first is due; a warm-up at the same rates. */
const LEAD_MS = 4_000;
/** What is not seen this long after the last deadline counts as lost. */
const PATIENCE_MS = 60_000;

export const PROBE = "fdatasync alone";

export const lateness: Bench = async (options) => {
  const size = options.full ? FULL : SMALL;
  const { folder, say } = options;
  say("lateness: ours");
  const ours = await onBenchBusiness(folder, (business) => fireOurs(business, size));
  const figures = figuresOf(OURS, ours);
  figures.push(...spreadFigures(PROBE, fdatasync(folder, size.probeSeconds)));
  const { present, absent } = options.peers ? await measurablePeers() : NO_PEERS;
  for (const peer of present.filter(({ isVariant }) => isVariant !== true)) {
    say(`lateness: ${peer.name}`);
    const run = (allowedMs: number) =>
      onBenchBusiness(folder, (business) =>
        onPeerPlace(peer, business, folder, (start) =>
          firePeer(business, peer, start, size, allowedMs),
        ),
      );
    const expectedMs = LEAD_MS + dueIn(size) * ARM_MS_EACH;
    figures.push(...figuresOf(peer.name, await withEnoughTime(expectedMs, run)));
  }
  return { about: { ...size }, figures, notMeasured: absent };
};

const NO_PEERS = { present: [], absent: [] };

/** What came of a run. */
interface Fired {
  readonly lateMs: readonly number[];
  readonly lost: number;
  readonly twice: number;
  readonly messagesPerSecond: number;
  readonly peakMemoryMb: number | undefined;
}

async function fireOurs(business: BenchBusiness, size: Size): Promise<Fired> {
  await seedFarOff(business, size);
  const environment = { DATABASE_URL: business.url, ROLES: "http,realtime,timers" };
  const server = await startRealServer(business.dataDir, environment);
  try {
    const messages = size.perSecond * (size.seconds + LEAD_MS / 1_000);
    const load = await prepareLoad({
      url: server.url,
      // Those whose deadlines fall due are the last.
      ...benchTarget(business, size.sessions - dueIn(size)),
      messages,
      batch: 1,
      newcomerEvery: 0,
      connections: 32,
      perSecond: size.perSecond,
      retries: false,
    });
    const due = await setDeadlines(business, size, Date.now() + LEAD_MS);
    const watch = await watchCloses(business.deps, due);
    const { statuses, seconds } = await load.run();
    const fired = await endWatch(business, watch, due);
    const usage = await readLoadUsage(business.deps.db, server.pid);
    return {
      ...fired,
      messagesPerSecond: (statuses[200] ?? 0) / seconds,
      peakMemoryMb: usage?.serverPeakMb,
    };
  } finally {
    await server.stop();
  }
}

/** @param allowedMs until the first deadline is due; `null`: they weren't armed by then. */
async function firePeer(
  business: BenchBusiness,
  peer: Peer,
  start: StartTask,
  size: Size,
  allowedMs: number,
): Promise<Fired | null> {
  await seedFarOff(business, size);
  const farOff = Date.now() + NEVER_MS;
  const arm = async (jobs: readonly PeerJob[]) => await (await start({ type: "arm", jobs })).end();
  const sessionIds = await sessionsNotDue(business, size);
  await arm(sessionIds.map((sessionId) => ({ sessionId, dueAt: farOff })));
  const starting = Array.from({ length: peer.workers }, () => start({ type: "work" }));
  const workers = await Promise.all(starting);
  const firstDueAt = Date.now() + allowedMs;
  const due = await setDeadlines(business, size, firstDueAt);
  await arm([...due].map(([sessionId, dueAt]) => ({ sessionId, dueAt })));
  const watch = await watchCloses(business.deps, due);
  const { perSecond } = size;
  const answering = await start({ type: "answer", sessionIds, perSecond, dueAt: farOff });
  if (Date.now() > firstDueAt) return null;
  const began = performance.now();
  const fired = await endWatch(business, watch, due);
  const seconds = (performance.now() - began) / 1_000;
  const { answered } = await answering.end();
  const reports = await Promise.all(workers.map((worker) => worker.end()));
  const firedAgain = reports.reduce((sum, report) => sum + report.firedAgain, 0);
  return {
    ...fired,
    twice: fired.twice + firedAgain,
    messagesPerSecond: answered / seconds,
    peakMemoryMb: reports.reduce((sum, report) => sum + report.peakMemoryMb, 0),
  };
}

/** How many deadlines fall due. */
function dueIn({ perSecond, seconds }: Size): number {
  return perSecond * seconds;
}

async function seedFarOff(business: BenchBusiness, { sessions }: Size): Promise<void> {
  const firstDueAt = Date.now() + NEVER_MS;
  const seed = { ...business, count: sessions, firstDueAt, spanMs: NEVER_MS };
  await seedSessions(business.deps.db, seed);
}

/** Sets the deadlines that fall due. */
async function setDeadlines(
  business: BenchBusiness,
  size: Size,
  firstDueAt: number,
): Promise<Map<string, number>> {
  return await moveDeadlines(business, {
    count: dueIn(size),
    firstDueAt,
    spanMs: size.seconds * 1_000,
  });
}

async function sessionsNotDue({ deps, accountId }: BenchBusiness, size: Size): Promise<string[]> {
  const rows = await deps.db.query<{ id: string }>(
    "select id from sessions where account_id = $1 order by id limit $2",
    [accountId, size.sessions - dueIn(size)],
  );
  return rows.map(({ id }) => id);
}

/** Waits until all were seen, or long enough, and counts what is missing and what is too much. */
async function endWatch(
  { deps }: BenchBusiness,
  watch: CloseWatch,
  due: ReadonlyMap<string, number>,
): Promise<Pick<Fired, "lateMs" | "lost" | "twice">> {
  const last = [...due.values()].reduce((a, b) => Math.max(a, b));
  while (watch.lateMs.size < due.size && Date.now() < last + PATIENCE_MS) await sleep(100);
  // What fires twice does so soon.
  await sleep(500);
  await watch.stop();
  const [row] = await deps.db.query<{ closed: number }>(
    "select count(*) as closed from sessions where closed_at is not null",
  );
  const notDue = (row?.closed ?? 0) - watch.lateMs.size;
  if (notDue > 0) throw new Error(`${notDue} sessions were closed that were not due`);
  const lateMs = [...watch.lateMs.values()];
  return { lateMs, lost: due.size - lateMs.length, twice: watch.again };
}

function figuresOf(subject: string, fired: Fired): Figure[] {
  const { peakMemoryMb, lost, twice, messagesPerSecond } = fired;
  const [first, ...others] = spreadFigures(subject, spreadOf(fired.lateMs));
  return [
    { ...first, ...(peakMemoryMb === undefined ? {} : { peakMemoryMb }) },
    ...others,
    { name: "lost", subject, value: lost, unit: "count" },
    { name: "fired twice", subject, value: twice, unit: "count" },
    { name: "messages meanwhile", subject, value: messagesPerSecond, unit: "/s" },
  ];
}

function spreadFigures(subject: string, { p50, p99, max }: Spread): [Figure, Figure, Figure] {
  return [
    { name: "p50", subject, value: p50, unit: "ms" },
    { name: "p99", subject, value: p99, unit: "ms" },
    { name: "max", subject, value: max, unit: "ms" },
  ];
}

if (import.meta.main) await runAlone("lateness", lateness);
