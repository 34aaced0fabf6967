/**
 * Signed webhooks over HTTP until they are committed and answered with 200: one message each, 20 each, and
 * how long one takes at 1,000 a second. Server, PostgreSQL and load generator are processes of their own.
 * `node bench/inbound.ts [--full] [--folder /dev/shm]`
 */
import { type Bench, type Figure, OURS } from "./lib/bench-result.ts";
import {
  createLoadBusiness,
  type LoadBusiness,
  type LoadServer,
  startLoadServer,
} from "./lib/load-business.ts";
import { measureInsertLimit, measureSignatureLimit } from "./lib/load-limits.ts";
import type { LoadPlan, LoadReport } from "./lib/load-plan.ts";
import { prepareLoad } from "./lib/load-run.ts";
import { readLoadUsage } from "./lib/load-usage.ts";
import { runAlone } from "./lib/run-alone.ts";

const SMALL = { customers: 5_000, singles: 10_000, batched: 20_000, latencySeconds: 4 };
const FULL = { customers: 10_000, singles: 60_000, batched: 200_000, latencySeconds: 30 };

const BATCH = 20;
const PER_SECOND = 1_000;
/** Most messages go to open sessions. */
const NEWCOMER_EVERY = 50;
const CONNECTIONS = 256;
/** Of webhooks with many messages as many are under way as fill a second. */
const CONNECTIONS_BATCHED = 48;
const MEMBERS = 20;

/** Compiles what the server runs hot and fills PostgreSQL's caches. Not counted. */
const WARM_UP = 3_000;

export const inbound: Bench = async ({ full, folder, peers, say }) => {
  const size = full ? FULL : SMALL;
  const { customers } = size;
  const load = await startLoadServer(folder);
  try {
    const business = await createLoadBusiness(load.deps, {
      number: 1,
      members: MEMBERS,
      customers,
    });
    const plan: LoadPlan = {
      url: load.server.url,
      ...business.target,
      messages: size.singles,
      batch: 1,
      newcomerEvery: NEWCOMER_EVERY,
      connections: CONNECTIONS,
      perSecond: null,
      retries: false,
    };
    await measure(load, { ...plan, messages: WARM_UP }, "warm-up", say);
    const singles = await measure(load, plan, "one each", say);
    const batchPlan = {
      ...plan,
      messages: size.batched,
      batch: BATCH,
      connections: CONNECTIONS_BATCHED,
    };
    const batched = await measure(load, batchPlan, `${BATCH} each`, say);
    const messages = size.latencySeconds * PER_SECOND;
    const paced = { ...plan, messages, perSecond: PER_SECOND };
    const { report } = await measure(load, paced, `${PER_SECOND} a second`, say);
    const limits = peers ? await measureLimits(load, business, plan) : [];
    const { p50, p99, max } = report.latencyMs;
    return {
      about: { ...size, batch: BATCH, perSecond: PER_SECOND, newcomerEvery: NEWCOMER_EVERY },
      figures: [
        figure("single messages", singles.perSecond, singles.peakMemoryMb),
        figure(`messages in batches of ${BATCH}`, batched.perSecond, batched.peakMemoryMb),
        { name: "p50", subject: OURS, value: p50, unit: "ms" },
        { name: "p99", subject: OURS, value: p99, unit: "ms" },
        { name: "max", subject: OURS, value: max, unit: "ms" },
        ...limits,
      ],
    };
  } finally {
    await load.close();
  }
};

function figure(name: string, value: number, peakMemoryMb: number): Figure {
  return { name, subject: OURS, value, unit: "/s", ...(peakMemoryMb > 0 ? { peakMemoryMb } : {}) };
}

interface Measured {
  readonly report: LoadReport;
  readonly perSecond: number;
  readonly peakMemoryMb: number;
}

/** Runs a plan; says what it took of each process for ten thousand messages. */
async function measure(
  { deps, server }: LoadServer,
  plan: LoadPlan,
  name: string,
  say: (line: string) => void,
): Promise<Measured> {
  const load = await prepareLoad(plan);
  const before = await readLoadUsage(deps.db, server.pid);
  const report = await load.run();
  const after = await readLoadUsage(deps.db, server.pid);
  const { acknowledged, statuses, seconds, latencyMs } = report;
  if (acknowledged.length < plan.messages) {
    throw new Error(`${name}: not everything was taken: ${JSON.stringify(statuses)}`);
  }
  const perSecond = plan.messages / seconds;
  const per10k = (cpuSeconds: number) => ((cpuSeconds / plan.messages) * 1e4).toFixed(2);
  const cpu = (of: "serverCpuSeconds" | "postgresCpuSeconds") =>
    per10k((after?.[of] ?? 0) - (before?.[of] ?? 0));
  say(
    `${name}: ${Math.round(perSecond)} messages/s, p50 ${latencyMs.p50.toFixed(1)}, p99 ` +
      `${latencyMs.p99.toFixed(1)} ms; CPU seconds per 10,000 messages: server ` +
      `${cpu("serverCpuSeconds")}, PostgreSQL ${cpu("postgresCpuSeconds")}, load generator ` +
      `${per10k(report.cpuSeconds)}; server ${after?.serverMb.toFixed(0)} MB`,
  );
  return { report, perSecond, peakMemoryMb: after?.serverPeakMb ?? 0 };
}

async function measureLimits(
  { deps }: LoadServer,
  business: LoadBusiness,
  plan: LoadPlan,
): Promise<Figure[]> {
  const webhooks = await measureSignatureLimit(plan);
  const rows = await measureInsertLimit(deps.db, business);
  return [
    { name: "single messages", subject: "signature alone", value: webhooks, unit: "/s" },
    { name: `messages in batches of ${BATCH}`, subject: "one statement", value: rows, unit: "/s" },
  ];
}

if (import.meta.main) await runAlone("inbound", inbound);
