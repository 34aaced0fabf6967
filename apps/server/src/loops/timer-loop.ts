/**
 * Fires deadlines. Sleeps until the nearest one and is woken when a nearer one is committed, by this
 * process or another; polling is only the safety net. Any number of nodes may run it, none leads.
 */
import type { Deps } from "../actions/deps.ts";
import { fireTimers } from "../actions/fire-timers.ts";
import { elapsedMs } from "../platform/clock.ts";
import { Loop, type Round } from "../platform/loop.ts";
import type { Metrics } from "../platform/metrics.ts";
import { PACE } from "../platform/pace.ts";
import { readNextDueInMs } from "../store/next-due.ts";

const BATCH = 1_000;
/** What somebody else has locked is asked for again after this. */
const CONFLICT_SLEEP_MS = 10;

export interface TimerLoop {
  readonly loop: Loop;
  /** A deadline was armed: epoch ms by the database's clock. */
  deadlineAt(at: number): void;
}

export function createTimerLoop(deps: Deps, metrics: Metrics): TimerLoop {
  // What the loop sleeps for, in the database's time; the offset between the clocks cancels out.
  let sleepingUntil = 0;
  let databaseAhead = 0;
  let missed = 0;
  // Deadlines armed while a round is under way: its look at the nearest one may be too old to see them.
  let armedMeanwhile = Number.POSITIVE_INFINITY;

  const runOnce = async (): Promise<Round> => {
    sleepingUntil = 0;
    armedMeanwhile = Number.POSITIVE_INFINITY;
    const { claimed, fired } = await fireTimers(deps, BATCH);
    for (const { kind, latenessMs, held } of fired) {
      metrics.deadlineFired(kind, held ? null : latenessMs);
    }
    if (claimed === BATCH) return { nextInMs: 0 };
    const next = await readNextDueInMs(deps.db);
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
  return {
    loop,
    deadlineAt: (at) => {
      armedMeanwhile = Math.min(armedMeanwhile, at);
      if (at < sleepingUntil || at <= elapsedMs() + databaseAhead) loop.wake();
    },
  };
}
