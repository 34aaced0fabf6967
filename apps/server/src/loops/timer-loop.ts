/**
 * Fires deadlines. Sleeps until the nearest one and is woken when a nearer one is committed, by this
 * process or another; polling is only the safety net. Any number of nodes may run it, none leads.
 *
 * What was due and has been decided leaves dead entries in the index, which PostgreSQL can't clear away
 * while some transaction is open: a backup for an hour would make each claim read an hour of them. So a
 * claim begins at the nearest deadline known, and a look at all that is behind goes on beside it, for a
 * deadline that nobody told of (targets.md, "The due index").
 */
import type { Deps } from "../actions/deps.ts";
import { fireTimers } from "../actions/fire-timers.ts";
import { elapsedMs } from "../platform/clock.ts";
import { Loop, type Round } from "../platform/loop.ts";
import type { Metrics } from "../platform/metrics.ts";
import { PACE } from "../platform/pace.ts";
import { type NextDue, readNextDue } from "../store/next-due.ts";

const BATCH = 1_000;
/** With a backlog: while PostgreSQL writes the batch of one, the other decides (docs/adr/0017). */
const BACKLOG_WORKERS = 2;
/** What each of them takes in a round, which a stop waits for. */
const BACKLOG_BATCHES = 10;
/** Rounds that found something due are followed by the next at once; every so many, by a look ahead too. */
const ROUNDS_WITHOUT_LOOK = 16;
/** The look behind takes at most one part in so many of the time, and never rests for longer. */
const LOOK_BEHIND_REST = 20;
const LOOK_BEHIND_MAX_REST_MS = 30_000;
/** What somebody else has locked is asked for again after this. */
const CONFLICT_SLEEP_MS = 10;

export interface TimerLoop {
  readonly loop: Loop;
  /** Finds deadlines that nobody told of. */
  readonly lookBehind: Loop;
  /** A deadline was armed: epoch ms by the database's clock. */
  deadlineAt(at: number): void;
}

export function createTimerLoop(deps: Deps, metrics: Metrics): TimerLoop {
  // What the loop sleeps for, in the database's time; the offset between the clocks cancels out.
  let sleepingUntil = 0;
  let databaseAhead = 0;
  let missed = 0;
  let backlog = false;
  let rounds = 0;
  // Deadlines armed while a round is under way: its look at the nearest one may be too old to see them.
  let armedMeanwhile = Number.POSITIVE_INFINITY;
  // No earlier deadline is known to be left; 0 until the first look.
  let lowest = 0;

  const fire = async (): Promise<number> => {
    const { claimed, fired } = await fireTimers(deps, BATCH, lowest);
    for (const { kind, latenessMs, held } of fired) {
      metrics.deadlineFired(kind, held ? null : latenessMs);
    }
    return claimed;
  };
  const runOnce = async (): Promise<Round> => {
    sleepingUntil = 0;
    armedMeanwhile = Number.POSITIVE_INFINITY;
    const claimed = backlog ? await fireBacklog(fire) : await fire();
    backlog = claimed >= BATCH;
    // More became due meanwhile, as a rule: asking for the nearest would only keep it waiting.
    rounds = claimed > 0 ? rounds + 1 : 0;
    if (claimed > 0) missed = 0;
    if (backlog || rounds % ROUNDS_WITHOUT_LOOK > 0) return { nextInMs: 0 };
    const next = await readNextDue(deps.db, lowest);
    lowest = Math.min(next.at ?? next.now, armedMeanwhile);
    databaseAhead = next.now - elapsedMs();
    // Once it may just have become due after the claim; twice, somebody else holds it.
    missed = claimed === 0 && next.inMs === 0 ? missed + 1 : 0;
    const armedInMs = Math.max(0, armedMeanwhile - next.now);
    const dueInMs = Math.min(next.inMs ?? PACE.timerPollMs, armedInMs, PACE.timerPollMs);
    const nextInMs = missed > 1 ? CONFLICT_SLEEP_MS : dueInMs;
    sleepingUntil = next.now + nextInMs;
    return { nextInMs };
  };
  const loop = new Loop({
    name: "timers",
    logger: deps.logger,
    runOnce,
    maxSleepMs: PACE.timerPollMs,
  });
  const deadlineAt = (at: number): void => {
    lowest = Math.min(lowest, at);
    armedMeanwhile = Math.min(armedMeanwhile, at);
    if (at < sleepingUntil || at <= elapsedMs() + databaseAhead) loop.wake();
  };
  const lookBehind = createLookBehind(deps, ({ at }) => {
    if (at !== null && at < lowest) deadlineAt(at);
  });
  return { loop, lookBehind, deadlineAt };
}

function createLookBehind(deps: Deps, found: (nearest: NextDue) => void): Loop {
  return new Loop({
    name: "timers behind",
    logger: deps.logger,
    runOnce: async () => {
      const began = elapsedMs();
      found(await readNextDue(deps.db));
      return { nextInMs: Math.max(PACE.timerPollMs, LOOK_BEHIND_REST * (elapsedMs() - began)) };
    },
    maxSleepMs: LOOK_BEHIND_MAX_REST_MS,
  });
}

/**
 * Several workers share a backlog; each claims what the others have not locked.
 * @param fire fires one batch and gives how many sessions it claimed.
 * @returns what a worker that ran out of due sessions claimed last; a whole batch: none ran out.
 */
async function fireBacklog(fire: () => Promise<number>): Promise<number> {
  const work = async (): Promise<number> => {
    for (let batch = 1; ; batch++) {
      const claimed = await fire();
      if (claimed < BATCH || batch === BACKLOG_BATCHES) return claimed;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: BACKLOG_WORKERS }, work));
  const claims = ended.map((worker) => {
    if (worker.status === "rejected") throw worker.reason;
    return worker.value;
  });
  return Math.min(...claims);
}
