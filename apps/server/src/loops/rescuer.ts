/**
 * Looks after what nobody else will: claims of nodes that died, replies that don't get away, parked
 * sessions, sessions of those who left, the end of a hold, saves that are still to be applied, rows nobody needs any more.
 */
import { applySettings } from "../actions/apply-settings.ts";
import type { Deps } from "../actions/deps.ts";
import { retryParkedSessions } from "../actions/fire-timers.ts";
import { handOver } from "../actions/hand-over.ts";
import { releaseHeld } from "../actions/release-held.ts";
import { reportLateSends } from "../actions/report-late-sends.ts";
import { settleStaleSends } from "../actions/settle-stale-sends.ts";
import { sweep } from "../actions/sweep.ts";
import { Loop, type Round } from "../platform/loop.ts";
import type { Metrics } from "../platform/metrics.ts";
import { PACE } from "../platform/pace.ts";
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
  everyMs: PACE.rescuerPollMs,
} as const;

const PARKED_BATCH = 50;
/** Rows are swept, and everybody who ever left is looked at, once in so many rounds. */
const SWEEP_EVERY = 60;
/** Whose sessions are looked for in every round: they left within so many rounds, ten minutes. */
const JUST_LEFT_MS = 600 * PACE.rescuerPollMs;

export function createRescuer(
  deps: Deps,
  metrics: Pick<Metrics, "deadlineFired">,
  options: RescuerOptions,
): Loop {
  let rounds = 0;
  const runOnce = async (): Promise<Round> => {
    let settingsLeft = false;
    const isSweep = rounds++ % SWEEP_EVERY === 0;
    await runAll(deps, {
      applySettings: async () => {
        settingsLeft = await applySettings(deps);
      },
      settleStaleSends: () => settleStaleSends(deps, options.staleSendMs),
      reportLateSends: () => reportLateSends(deps, options.lateSendMs),
      handOver: () => handOver(deps, isSweep ? null : JUST_LEFT_MS),
      releaseHeld: () => releaseAfterHold(deps, metrics, options.hold),
      retryParked: async () =>
        retryParkedSessions(deps, await readParkedToRetry(deps.db, PARKED_BATCH)),
      sweep: async () => {
        if (isSweep) await sweep(deps);
      },
    });
    return { nextInMs: settingsLeft ? 100 : options.everyMs };
  };
  return new Loop({
    name: "rescuer",
    logger: deps.logger,
    runOnce,
    maxSleepMs: options.everyMs,
  });
}

/** Runs every duty, whatever becomes of the others: the one that failed has its turn next round. */
async function runAll(
  { logger }: Deps,
  duties: Readonly<Record<string, () => Promise<void>>>,
): Promise<void> {
  for (const [duty, run] of Object.entries(duties)) {
    try {
      await run();
    } catch (error) {
      logger.error({ err: error, duty }, "a duty of the rescuer failed");
    }
  }
}

async function releaseAfterHold(
  deps: Deps,
  metrics: Pick<Metrics, "deadlineFired">,
  limits: HoldLimits,
): Promise<void> {
  const ended = await deps.db.transaction((tx) => endHoldIfOver(tx, limits));
  // Reassignments go on, also of what waits for an agent or moves away from who is gone.
  if (ended) deps.signals.line(null);
  // Also what a decision marked as held in the moment the hold ended.
  if (await holdIsOn(deps.db)) return;
  for (const { kind, latenessMs, held } of await releaseHeld(deps)) {
    metrics.deadlineFired(kind, held ? null : latenessMs);
  }
}
