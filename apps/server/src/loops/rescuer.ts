/**
 * Looks after what nobody else will: claims of nodes that died, replies that don't get away, parked
 * sessions, the end of a hold, saves that are still to be applied, rows nobody needs any more.
 */
import { applySettings } from "../actions/apply-settings.ts";
import type { Deps } from "../actions/deps.ts";
import { retryParkedSessions } from "../actions/fire-timers.ts";
import { releaseHeld } from "../actions/release-held.ts";
import { reportLateSends } from "../actions/report-late-sends.ts";
import { settleStaleSends } from "../actions/settle-stale-sends.ts";
import { sweep } from "../actions/sweep.ts";
import { Loop, type Round } from "../platform/loop.ts";
import { endHoldIfOver, type HoldLimits, holdIsOn } from "../store/nodes.ts";
import { readParkedToRetry } from "../store/parked-sessions.ts";

export interface RescuerOptions {
  /** A claim older than this has lost its sender: longer than any send may take. */
  readonly staleSendMs: number;
  /** A reply not accepted for this long is reported (clock.md §4.6: five minutes). */
  readonly lateSendMs: number;
  readonly hold: HoldLimits;
  readonly everyMs: number;
}

export const RESCUER_DEFAULTS = {
  staleSendMs: 45_000,
  lateSendMs: 300_000,
  everyMs: 1_000,
} as const;

const PARKED_BATCH = 50;
/** Rows are swept once in so many rounds. */
const SWEEP_EVERY = 60;

export function createRescuer(deps: Deps, options: RescuerOptions): Loop {
  let rounds = 0;
  const runOnce = async (): Promise<Round> => {
    let settingsLeft = false;
    await runAll([
      async () => {
        settingsLeft = await applySettings(deps);
      },
      () => settleStaleSends(deps, options.staleSendMs),
      () => reportLateSends(deps, options.lateSendMs),
      () => releaseAfterHold(deps, options.hold),
      async () => retryParkedSessions(deps, await readParkedToRetry(deps.db, PARKED_BATCH)),
      async () => {
        if (rounds++ % SWEEP_EVERY === 0) await sweep(deps);
      },
    ]);
    return { nextInMs: settingsLeft ? 100 : options.everyMs };
  };
  return new Loop({
    name: "rescuer",
    logger: deps.logger,
    runOnce,
    maxSleepMs: options.everyMs,
  });
}

/** Runs every duty, whatever becomes of the others; the round fails if any of them did. */
async function runAll(duties: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const duty of duties) {
    try {
      await duty();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, "a duty of the rescuer failed");
}

async function releaseAfterHold(deps: Deps, limits: HoldLimits): Promise<void> {
  await deps.db.transaction((tx) => endHoldIfOver(tx, limits));
  // Also what a decision marked as held in the moment the hold ended.
  if (!(await holdIsOn(deps.db))) await releaseHeld(deps);
}
