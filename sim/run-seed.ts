/**
 * One run, in a process of its own: draws the plan, puts virtual time and chance in the place of the
 * server's, and only then loads the server's code.
 */
import { registerHooks } from "node:module";
import type { CreateChecker, SimViolation } from "./checker.ts";
import { setCurrentSimulation } from "./kernel/current.ts";
import { Random } from "./kernel/random.ts";
import { replaceTimers } from "./kernel/replace-timers.ts";
import { Simulation } from "./kernel/simulation.ts";
import { Trace } from "./kernel/trace.ts";
import { setCurrentPlan } from "./plan/current-plan.ts";
import { drawPlan, type PlanWishes } from "./plan/draw-plan.ts";
import { plantBug } from "./planted/plant-bug.ts";

export interface SeedOptions extends PlanWishes {
  /** The folder of the database's template. */
  readonly template: string;
  /** An empty folder for this run's own. */
  readonly folder: string;
  /** The name of a bug to put into the server's code. */
  readonly planted?: string | undefined;
  /** Prints each line of the trace. */
  readonly printTrace: boolean;
  readonly onProgress: (part: number) => void;
}

/** What a seed came to. */
export interface SeedResult {
  readonly seed: number;
  readonly violations: readonly SimViolation[];
  /** The simulator itself, or a process of the server, failed. */
  readonly error: string | null;
  readonly virtualMs: number;
  readonly realMs: number;
  /** Of the whole trace: the same for every run of the seed. */
  readonly traceHash: string;
  readonly traceLines: number;
  readonly lastLines: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

const START_AT = Date.UTC(2026, 0, 5, 8);
const KEPT_LINES = 60;

export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  const startedAt = performance.now();
  const plan = drawPlan(options);
  setCurrentPlan(plan);
  const random = new Random(plan.seed, "run");
  const trace = new Trace(KEPT_LINES, options.printTrace ? console.log : null);
  const simulation = new Simulation({ startAt: START_AT, random, trace });
  setCurrentSimulation(simulation);
  trace.add(START_AT, "plan", JSON.stringify(plan));
  replacePlatform();
  replaceTimers(simulation);
  const plant = options.planted === undefined ? null : plantBug(options.planted);
  process.on("unhandledRejection", (error) => simulation.fail(error));
  const outcome = await run(options, simulation, plan, plant?.sql ?? []);
  return {
    seed: plan.seed,
    ...outcome,
    virtualMs: simulation.now - START_AT,
    realMs: Math.round(performance.now() - startedAt),
    traceHash: trace.digest(),
    traceLines: trace.lines,
    lastLines: trace.last(),
  };
}

async function run(
  { template, folder, onProgress }: SeedOptions,
  simulation: Simulation,
  plan: ReturnType<typeof drawPlan>,
  plantedSql: readonly string[],
): Promise<Pick<SeedResult, "violations" | "error" | "counts">> {
  const { startServer } = await import("./kernel/postgres.ts");
  const { runWorld } = await import("./world/world.ts");
  const { createChecker } = await loadChecker();
  const server = await startServer(template, folder);
  try {
    const world = { simulation, plan, server, createChecker, plantedSql, onProgress };
    return { ...(await runWorld(world)), error: null };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { violations: [], counts: {}, error: text };
  } finally {
    await server.stop();
  }
}

async function loadChecker(): Promise<{ readonly createChecker: CreateChecker }> {
  return await import("./check/create-checker.ts");
}

/** Parts of the server's platform that stand for time and chance. */
const REPLACED = /\/apps\/server\/src\/platform\/(clock|ids|random|pace)\.ts$/;

function replacePlatform(): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      const resolved = next(specifier, context);
      const part = REPLACED.exec(resolved.url)?.[1];
      const byUs = context.parentURL?.includes("/sim/platform/") === true;
      if (part === undefined || byUs) return resolved;
      return { ...resolved, url: new URL(`./platform/${part}.ts`, import.meta.url).href };
    },
  });
}
