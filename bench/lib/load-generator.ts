/**
 * The load generator: a process of its own, so that it measures the server and not itself. Takes a
 * `LoadPlan` from its parent, prepares everything, says `ready`, and at the parent's word sends it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type LoadAnswer, LoadConnection } from "./load-connection.ts";
import type { LoadPlan, LoadQuarter, LoadReport } from "./load-plan.ts";
import { type LoadRequest, loadRequests } from "./load-requests.ts";

process.once("message", (plan) => {
  prepare(plan as LoadPlan).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});

async function prepare(plan: LoadPlan): Promise<void> {
  const requests = loadRequests(plan);
  const go = new Promise((resolve) => process.once("message", resolve));
  process.send?.("ready");
  await go;
  const report = await run(plan, requests);
  process.send?.(report, () => process.disconnect?.());
}

interface Due {
  readonly request: LoadRequest;
  /** When it should be sent, on this process's clock. */
  readonly at: number;
}

interface Tally {
  readonly statuses: Record<string, number>;
  readonly latencies: number[];
  readonly acknowledged: string[];
  readonly waits: number[];
  readonly quarters: { -readonly [K in keyof LoadQuarter]: LoadQuarter[K] }[];
}

const QUARTER_MS = 250;

async function run(plan: LoadPlan, requests: readonly LoadRequest[]): Promise<LoadReport> {
  const began = performance.now();
  const cpu = process.cpuUsage();
  const tally: Tally = { statuses: {}, latencies: [], acknowledged: [], waits: [], quarters: [] };
  const schedule = new Schedule(plan, requests, began);
  await Promise.all(Array.from({ length: plan.connections }, () => sendAll(plan, schedule, tally)));
  const { user, system } = process.cpuUsage(cpu);
  const sorted = Float64Array.from(tally.latencies).sort();
  const { waits } = tally;
  return {
    beganAt: performance.timeOrigin + began,
    seconds: (performance.now() - began) / 1_000,
    statuses: tally.statuses,
    latencyMs: {
      p50: quantile(sorted, 0.5),
      p99: quantile(sorted, 0.99),
      max: quantile(sorted, 1),
    },
    retryAfter:
      waits.length === 0
        ? null
        : {
            least: waits.reduce((a, b) => Math.min(a, b)),
            most: waits.reduce((a, b) => Math.max(a, b)),
          },
    quarters: Array.from(tally.quarters, (quarter) => quarter ?? QUIET),
    acknowledged: tally.acknowledged,
    cpuSeconds: (user + system) / 1e6,
  };
}

/** One connection's work until nothing is left. */
async function sendAll(plan: LoadPlan, schedule: Schedule, tally: Tally): Promise<void> {
  const connection = new LoadConnection(plan.url);
  for (;;) {
    const due = await schedule.next();
    if (due === null) break;
    const { status, retryAfter } = await connection.send(due.request.bytes);
    note(tally, due, { status, retryAfter }, performance.now() - schedule.began);
    const again = plan.retries && status !== 200;
    schedule.done(again ? { ...due, at: performance.now() + (retryAfter ?? 1) * 1_000 } : null);
  }
  connection.close();
}

const QUIET: LoadQuarter = { taken: 0, refused: 0, slowestMs: 0 };

function note(tally: Tally, due: Due, { status, retryAfter }: LoadAnswer, sinceMs: number): void {
  tally.statuses[status] = (tally.statuses[status] ?? 0) + 1;
  if (retryAfter !== null) tally.waits.push(retryAfter);
  const index = Math.floor(sinceMs / QUARTER_MS);
  const quarter = tally.quarters[index] ?? { ...QUIET };
  tally.quarters[index] = quarter;
  if (status !== 200) {
    quarter.refused += 1;
    return;
  }
  const tookMs = performance.now() - due.at;
  quarter.taken += 1;
  quarter.slowestMs = Math.max(quarter.slowestMs, tookMs);
  tally.latencies.push(tookMs);
  for (const id of due.request.externalIds) tally.acknowledged.push(id);
}

/** Hands out what is due, in order: first what was planned, and what must be tried again when its time comes. */
class Schedule {
  readonly #plan: LoadPlan;
  readonly #requests: readonly LoadRequest[];
  readonly began: number;
  readonly #again: Due[] = [];
  #next = 0;
  #underWay = 0;

  constructor(plan: LoadPlan, requests: readonly LoadRequest[], began: number) {
    this.#plan = plan;
    this.#requests = requests;
    this.began = began;
  }

  /** Settles when something is due; `null`: nothing is left. */
  async next(): Promise<Due | null> {
    for (;;) {
      const due = this.#take();
      if (due === undefined) {
        if (this.#underWay === 0) return null;
        await sleep(20);
        continue;
      }
      this.#underWay += 1;
      const waitMs = due.at - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      return due;
    }
  }

  /** @param again what its server asked to come back with. */
  done(again: Due | null): void {
    this.#underWay -= 1;
    if (again === null) return;
    const after = this.#again.findIndex(({ at }) => at > again.at);
    this.#again.splice(after === -1 ? this.#again.length : after, 0, again);
  }

  #take(): Due | undefined {
    const [first] = this.#again;
    if (first !== undefined && first.at <= performance.now()) return this.#again.shift();
    const request = this.#requests[this.#next];
    if (request === undefined) return this.#again.shift();
    const { perSecond } = this.#plan;
    const at =
      perSecond === null ? performance.now() : this.began + (this.#next / perSecond) * 1_000;
    this.#next += 1;
    return { request, at };
  }
}

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
