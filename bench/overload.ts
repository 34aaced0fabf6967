/**
 * Five times more webhooks than the server can commit: what it takes and refuses, whether deadlines go on,
 * how much memory it needs, and how soon it is as before; then the same with a provider that sends again
 * what was refused, until everything is there. `node bench/overload.ts [--full] [--folder /dev/shm]`
 */
import { type Bench, type BenchOptions, type Figure, OURS } from "./lib/bench-result.ts";
import { createLoadBusiness, type LoadServer, startLoadServer } from "./lib/load-business.ts";
import type { LoadPlan, LoadReport } from "./lib/load-plan.ts";
import { prepareLoad } from "./lib/load-run.ts";
import { readLoadUsage } from "./lib/load-usage.ts";
import { runAlone } from "./lib/run-alone.ts";

const SMALL = { customers: 2_000, capacity: 20_000, seconds: 4, deadlines: 200 };
const FULL = { customers: 10_000, capacity: 100_000, seconds: 20, deadlines: 5_000 };

const TIMES = 5;
/** Messages in a webhook: a provider that has many puts them together. */
const BATCH = 10;
/** At the server's own pace; and in the rush, so many that not even what waits fills them. */
const CONNECTIONS = 48;
const CONNECTIONS_IN_RUSH = 2_048;
const MEMBERS = 20;
const LEAD_MS = 2_000;
/** Of the capacity, for finding out when everything is as before. */
const PROBE_SHARE = 0.1;
const PROBE_SECONDS = 5;
/** A webhook that takes longer is not answered as before. */
const SLOW_MS = 250;
const QUARTERS = 4;

export const overload: Bench = async ({ full, folder, say }) => {
  const size = full ? FULL : SMALL;
  const load = await startLoadServer(folder);
  try {
    const plan = await planOf(load, size.customers);
    await run({ ...plan, messages: size.capacity / 2 });
    const calm = await run({ ...plan, messages: size.capacity });
    const capacity = size.capacity / calm.seconds;
    say(`takes ${Math.round(capacity)} messages/s`);
    const rush: LoadPlan = {
      ...plan,
      messages: Math.round(TIMES * capacity * size.seconds),
      connections: CONNECTIONS_IN_RUSH,
      perSecond: (TIMES * capacity) / BATCH,
    };
    const rushed = await measureRush(load, rush, size, say);
    const again = await run({ ...rush, retries: true });
    await expectStored(load, again.acknowledged, rush.messages);
    say(`sent again until taken: all ${rush.messages} in ${again.seconds.toFixed(1)} s`);
    return {
      about: { ...size, capacity: Math.round(capacity), times: TIMES },
      figures: [
        { name: "messages taken", subject: "not overloaded", value: capacity, unit: "/s" },
        ...rushed,
        { name: "until all is there", subject: OURS, value: again.seconds, unit: "s" },
      ],
    };
  } finally {
    await load.close();
  }
};

async function planOf(load: LoadServer, customers: number): Promise<LoadPlan> {
  const business = await createLoadBusiness(load.deps, { number: 1, members: MEMBERS, customers });
  return {
    ...business.target,
    url: load.server.url,
    messages: 0,
    batch: BATCH,
    newcomerEvery: 50,
    connections: CONNECTIONS,
    perSecond: null,
    retries: false,
  };
}

async function run(plan: LoadPlan): Promise<LoadReport> {
  return await (await prepareLoad(plan)).run();
}

/** The rush, with deadlines falling due in it, and a light load right behind it. */
async function measureRush(
  load: LoadServer,
  plan: LoadPlan,
  size: typeof SMALL,
  say: BenchOptions["say"],
): Promise<Figure[]> {
  const { deps, server } = load;
  const [rush, probe] = await Promise.all([prepareLoad(plan), prepareLoad(probeOf(plan))]);
  const due = await createLoadBusiness(deps, {
    number: 2,
    members: 1,
    customers: size.deadlines,
    firstDueInMs: LEAD_MS,
    spanMs: size.seconds * 1_000,
  });
  const report = await rush.run();
  const after = await probe.run();
  const usage = await readLoadUsage(deps.db, server.pid);
  await expectStored(load, report.acknowledged, report.acknowledged.length);
  const taken = report.acknowledged.length;
  const refused = (report.statuses[503] ?? 0) * BATCH;
  const lateMs = await latenessOf(load, due.accountId);
  say(
    `rush: ${taken} taken, ${refused} refused in ${report.seconds.toFixed(1)} s, Retry-After ` +
      `${report.retryAfter?.least ?? "none"} to ${report.retryAfter?.most ?? "none"} s; ` +
      `${lateMs.length} of ${size.deadlines} deadlines fired`,
  );
  const peak = usage === null ? {} : { peakMemoryMb: usage.serverPeakMb };
  const ours = (name: string, value: number, unit: Figure["unit"]): Figure => ({
    ...{ name, subject: OURS, value, unit },
    ...peak,
  });
  return [
    ours("messages taken", taken / report.seconds, "/s"),
    ours("messages refused", refused / report.seconds, "/s"),
    ours("p99 of those taken", report.latencyMs.p99, "ms"),
    ours("deadlines lost", size.deadlines - lateMs.length, "count"),
    ours("lateness p99", lateMs[Math.floor(lateMs.length * 0.99)] ?? 0, "ms"),
    ours("until as before", recoverySeconds(after), "s"),
  ];
}

function probeOf(plan: LoadPlan): LoadPlan {
  const perSecond = ((plan.perSecond ?? 0) / TIMES) * PROBE_SHARE;
  const messages = Math.round(perSecond * PROBE_SECONDS) * BATCH;
  return { ...plan, perSecond, messages, connections: CONNECTIONS };
}

/** Until the last quarter of a second in which a webhook was refused or slow. */
function recoverySeconds({ quarters }: LoadReport): number {
  const last = quarters.findLastIndex(
    ({ refused, slowestMs }) => refused > 0 || slowestMs > SLOW_MS,
  );
  return (last + 1) / QUARTERS;
}

async function expectStored(
  { deps }: LoadServer,
  ids: readonly string[],
  count: number,
): Promise<void> {
  const [stored] = await deps.db.query<{ count: number }>(
    "select count(*) as count from messages where external_id = any($1::text[])",
    [ids],
  );
  if (stored?.count !== count) throw new Error(`${stored?.count} of ${count} messages are stored`);
}

/** In order. */
async function latenessOf({ deps }: LoadServer, accountId: string): Promise<readonly number[]> {
  const rows = await deps.db.query<{ ms: number }>(
    `select (explanation->'deadline'->>'latenessMs')::int as ms from timeline
     where account_id = $1 and kind = 'closed' order by 1`,
    [accountId],
  );
  return rows.map((row) => row.ms);
}

if (import.meta.main) await runAlone("overload", overload);
