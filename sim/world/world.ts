/** The course of one run: life goes on, then comes to rest, and then everything is judged. */
import type { SimViolation } from "../checker.ts";
import { buildWorld, type World, type WorldOptions } from "./build-world.ts";

export interface RunOptions extends WorldOptions {
  /** Told now and then how far the run is, from 0 to 1. */
  readonly onProgress: (part: number) => void;
}

/** What a run came to. */
export interface WorldResult {
  readonly violations: readonly SimViolation[];
  readonly counts: Readonly<Record<string, number>>;
}

const MINUTE = 60_000;

export async function runWorld(options: RunOptions): Promise<WorldResult> {
  const world = await buildWorld(options);
  try {
    await live(options, world);
    await settle(options, world);
    return { violations: world.judge.violations, counts: await count(options, world) };
  } finally {
    await world.close();
  }
}

/** Life goes on until the plan's end, or until something happened that must not. */
async function live(options: RunOptions, world: World): Promise<void> {
  const { simulation, plan, onProgress } = options;
  const { fleet, faults, provider, customers, rushes, staffs, admins, personnel, judge } = world;
  fleet.startAll();
  faults.start();
  provider.start();
  customers.start();
  for (const each of [...rushes, ...staffs, ...admins, ...personnel]) each.start();
  const begin = simulation.now;
  const end = begin + plan.durationMs;
  const stop = () => judge.violations.length > 0;
  let tidiedAt = begin;
  while (simulation.now < end && !stop()) {
    await simulation.runUntil(Math.min(end, simulation.now + plan.pace.heartbeatMs), stop);
    for (const staff of staffs) staff.reconnect();
    onProgress((simulation.now - begin) / plan.durationMs);
    if (simulation.now - tidiedAt > TIDY_EVERY_MS) {
      await world.screen.query("vacuum (skip_locked, truncate false)");
      tidiedAt = simulation.now;
    }
  }
}

/** Nothing tidies the database by itself here. */
const TIDY_EVERY_MS = 24 * 60 * MINUTE;

/** Longer than any hold, and than any send takes to be given up. */
const CALM_MS = 8 * MINUTE;
const MOST_MINUTES = 3 * 24 * 60;

/** No new input and no more troubles: what was begun comes to its end, and then everything is judged. */
async function settle({ simulation, plan }: RunOptions, world: World): Promise<void> {
  const { fleet, faults, provider, customers, rushes, staffs, admins, personnel, judge, gate } =
    world;
  customers.end();
  faults.end();
  provider.behave();
  for (const each of [...rushes, ...staffs, ...admins, ...personnel]) each.end();
  const stop = () => judge.violations.length > 0;
  const goesOn = () => !fleet.allUp || !gate.available || provider.openWebhooks > 0;
  for (let minutes = 0; minutes < MOST_MINUTES && goesOn() && !stop(); minutes++) {
    await simulation.runUntil(simulation.now + MINUTE, stop);
  }
  if (goesOn() && !stop()) throw new Error("the world does not come to rest");
  const { pace } = plan;
  const longest = Math.max(
    pace.timerPollMs,
    pace.outboxPollMs,
    pace.linePollMs,
    pace.rescuerPollMs,
  );
  await simulation.runUntil(simulation.now + CALM_MS + 2 * longest, stop);
  if (!stop()) await judge.atEnd();
}

async function count({ simulation }: RunOptions, world: World): Promise<Record<string, number>> {
  const {
    gate,
    fleet,
    faults,
    provider,
    customers,
    rushes,
    staffs,
    admins,
    personnel,
    judge,
    screen,
  } = world;
  const [rows] = await screen.query<Record<string, number>>(
    `select (select count(*)::int from sessions) as sessions,
       (select count(*)::int from messages) as messages,
       (select count(*)::int from timeline) as "timelineEntries",
       (select count(*)::int from sessions where parked_at is not null) as parked`,
  );
  const sum = (of: readonly number[]) => of.reduce((a, b) => a + b, 0);
  return {
    ...rows,
    steps: simulation.steps,
    checks: judge.steps,
    ...gate.counts,
    ...fleet.counts,
    pauses: faults.counts.pauses,
    connectionsCut: faults.counts.cuts,
    databaseAway: faults.counts.databaseAway,
    databaseCrashes: faults.counts.databaseCrashes,
    blackouts: faults.counts.blackouts,
    ...provider.counts,
    customerMessages: customers.counts.messages,
    rushes: sum(rushes.map((each) => each.counts.rushes)),
    acts: sum(staffs.map((each) => each.counts.acts)),
    refusedActs: sum(staffs.map((each) => each.counts.refused)),
    saves: sum(admins.map((each) => each.counts.saves)),
    staffChanges: sum(personnel.map((each) => each.counts.changes)),
  };
}
