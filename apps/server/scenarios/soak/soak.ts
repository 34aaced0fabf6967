/**
 * `npm run soak [-- --minutes 60 --rate 50 --folder DIR --seed N]`: a real server process under a steady
 * load in real time. Looks at its memory, connections, queues and event loop every few seconds, and in
 * the end at clock.md §9, at the customers' phones and at the memory's slope. Writes all of it to
 * `bench/results/`, prints a table, and exits with 1 if a promise was broken.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { startEmulator } from "@punctual/whatsapp-emulator";
import { CRASH_NUMBER, createCrashBusiness } from "../../src/testkit/crash-business.ts";
import { openCrashCluster } from "../../src/testkit/crash-cluster.ts";
import { type ServerProcess, startServerProcess } from "../../src/testkit/crash-server.ts";
import { WATCH_SQL } from "../../src/testkit/journey-watch.ts";
import { newDataDir } from "../../src/testkit/prepared-cluster.ts";
import { openLiveHeap } from "./live-heap.ts";
import { type SoakLoad, startSoakLoad } from "./soak-load.ts";
import { type SoakSample, takeSample } from "./soak-samples.ts";
import { type Finding, finding, judgeMemory, judgeRows, readLateness } from "./soak-verdict.ts";
import type { Point } from "./theil-sen.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    rate: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    folder: { type: "string", default: tmpdir() },
  },
});
const MINUTES = Number(values.minutes);
const RATE = Number(values.rate);

const SAMPLE_EVERY_MS = 5_000;
const LIVE_HEAP_READINGS = 20;
/** pino's. */
const ERROR = 50;
const REST_LIMIT_MS = 1_200_000;
/** Asked again and again: no HTTP client waits for an answer as long as the emulator may be busy. */
const IDLE_WITHIN_MS = 10_000;
const AGENTS = ["Lan", "Minh", "Hoa", "Tuan", "Mai", "Long", "Nga", "Duc", "Thu", "Phuc"];
const { closure, reassign, reply } = DEFAULT_CLOCK_SETTINGS;
const SETTINGS = {
  closure: { ...closure, enabled: true, afterMinutes: 1, message: "Bye {{contact.name}}" },
  reassign: { ...reassign, enabled: true, afterMinutes: 1 },
  reply: { ...reply, enabled: true, limitMinutes: 2, warnMinutes: 1 },
};
const RESULTS = fileURLToPath(new URL("../../../../bench/results/", import.meta.url));

/** As patient as Meta is, in proportion. */
const RETRY = { maxDelayMs: 5_000, giveUpAfterMs: 86_400_000 };
const emulator = await startEmulator({
  settings: { historyLimit: 1_000, keepOrder: false, retry: RETRY, webhookConcurrency: 128 },
});
const cluster = await openCrashCluster(newDataDir(values.folder));
let running: ServerProcess | null = null;
const cleanUp = async () => {
  await running?.kill();
  await cluster.remove();
  await emulator.close();
};
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void cleanUp().finally(() => process.exit(1)));
}
try {
  const kept = await soak();
  await cleanUp();
  process.exit(kept ? 0 : 1);
} catch (error) {
  console.error(error);
  await cleanUp();
  process.exit(1);
}

async function soak(): Promise<boolean> {
  const { db, dataDir } = cluster;
  await db.pool.query(WATCH_SQL);
  const agentNames = AGENTS;
  const setUp = { graphUrl: emulator.url, settings: SETTINGS, agentNames, onlineOnly: true };
  const business = await createCrashBusiness(db, setUp);
  const server = await startServerProcess({ DATA_DIR: dataDir, LOG_LEVEL: "warn" }, [
    "--inspect=127.0.0.1:0",
  ]);
  running = server;
  const webhookUrl = `${server.url}/webhooks/whatsapp/${business.channelId}`;
  await emulator.client.registerNumber({ ...CRASH_NUMBER, webhookUrl });
  const whatsapp = emulator.client;
  const options = { url: server.url, whatsapp, business, rate: RATE, seed: Number(values.seed) };
  const load = await startSoakLoad(options);
  console.log(`${RATE} messages a second for ${MINUTES} minutes; the database is in ${dataDir}`);
  const { samples, liveHeap } = await watch(server);
  load.quieten();
  const unfinished = await comeToRest();
  await load.stop();
  const { exitCode, tookMs } = await server.stop();
  const lateness = await readLateness(db);
  const findings = [
    finding("every session comes to its end", `${unfinished.length} don't`, unfinished),
    ...(await judgeRows(db, whatsapp, load)),
    ...judgeMemory(samples, liveHeap),
    ...judgeServer(server, load, exitCode),
  ];
  report({ samples, liveHeap, lateness, findings, load, tookMs });
  return findings.every(({ kept }) => kept);
}

async function watch(server: ServerProcess) {
  const address = /ws:\/\/\S+/.exec(server.errorOutput())?.[0] ?? "";
  const heap = await openLiveHeap(address);
  const began = performance.now();
  const samples: SoakSample[] = [];
  const liveHeap: Point[] = [];
  const minutes = () => (performance.now() - began) / 60_000;
  while (minutes() < MINUTES) {
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_EVERY_MS));
    const sample = await takeSample(server.url, cluster.db, began);
    samples.push(sample);
    if (minutes() >= ((liveHeap.length + 1) * MINUTES) / LIVE_HEAP_READINGS) {
      liveHeap.push({ x: minutes(), y: (await heap.read()) / 1e6 });
      say(sample, liveHeap.at(-1)?.y ?? 0);
    }
  }
  heap.close();
  return { samples, liveHeap };
}

function say(sample: SoakSample, liveHeapMb: number): void {
  const { minute, residentMb, openSessions, outbox, eventLoopDelayMs } = sample;
  console.log(
    `${minute.toFixed(1)} min: resident ${residentMb.toFixed(0)} MB, live heap ` +
      `${liveHeapMb.toFixed(1)} MB, ${openSessions} open sessions, outbox ${outbox}, ` +
      `event loop p99 ${eventLoopDelayMs.toFixed(0)} ms`,
  );
}

/**
 * Customers are quiet: every wait gets its answer, every session its close, every send its outcome. Gives
 * what didn't.
 */
async function comeToRest(): Promise<readonly string[]> {
  const deadline = performance.now() + REST_LIMIT_MS;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const left = await cluster.db.query<{ what: string }>(
      `select 'open: ' || id as what from sessions where closed_at is null
       union all select 'not sent: ' || message_id from outbox`,
    );
    const late = performance.now() > deadline;
    if (left.length > 0 && !late) continue;
    const busy = await emulator.client.waitUntilIdle(IDLE_WITHIN_MS).then(
      () => [],
      (error: unknown) => [String(error)],
    );
    if (busy.length === 0 || late) return [...left.map(({ what }) => what), ...busy];
  }
}

function judgeServer(
  { log }: ServerProcess,
  { wrongAnswers }: SoakLoad,
  exitCode: number | null,
): readonly Finding[] {
  const errors = log.filter(({ level }) => level >= ERROR);
  const lines = errors.map(({ msg, err }) => `${msg} ${err?.message ?? ""}`);
  const warnings = log.length - errors.length;
  return [
    finding("no call of the API fails", `${wrongAnswers.length} did`, wrongAnswers),
    finding("no error is logged", `${lines.length} errors, ${warnings} warnings`, lines),
    finding("the server stops in order", `exit code ${exitCode}`, exitCode === 0 ? [] : ["no"]),
  ];
}

interface Report {
  readonly samples: readonly SoakSample[];
  readonly liveHeap: readonly Point[];
  readonly lateness: Awaited<ReturnType<typeof readLateness>>;
  readonly findings: readonly Finding[];
  readonly load: SoakLoad;
  readonly tookMs: number;
}

function report({ samples, liveHeap, lateness, findings, load, tookMs }: Report): void {
  const date = new Date().toISOString();
  const about = {
    what: "soak",
    date,
    ...{ minutes: MINUTES, rate: RATE, seed: Number(values.seed), folder: values.folder },
    machine: { cpu: cpus()[0]?.model ?? "", cores: cpus().length, memoryGb: totalmem() / 1e9 },
    node: process.version,
    commit: git("rev-parse", "HEAD"),
    dirty: git("status", "--porcelain") !== "",
    driverCpuS: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
    stopTookMs: tookMs,
  };
  mkdirSync(RESULTS, { recursive: true });
  const file = `${RESULTS}soak-${date.replaceAll(/[:.]/g, "-")}.json`;
  const { counts } = load;
  const result = { ...about, counts, findings, lateness, liveHeap, samples };
  writeFileSync(file, `${JSON.stringify(result, null, 1)}\n`);
  const last = samples.at(-1);
  console.log(`\nserver ${last?.serverCpuS} s of processor time, driver ${about.driverCpuS} s`);
  console.table(counts);
  console.table(lateness);
  for (const { promise, kept, figures, broken } of findings) {
    console.log(`${kept ? "kept  " : "BROKEN"} ${promise} (${figures})`);
    for (const each of broken) console.log(`         ${each}`);
  }
  console.log(`\nWritten to ${file}`);
}

function git(...args: readonly string[]): string {
  try {
    return execFileSync("git", args, { cwd: RESULTS, encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}
