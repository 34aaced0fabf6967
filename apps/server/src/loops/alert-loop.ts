/**
 * Brings notifications to browsers and mailboxes. Each is claimed in one commit and sent outside any
 * transaction; its outcome is recorded in another. A process that dies in between leaves a claim, which
 * nobody takes up: a push is missing rather than there twice (docs/adr/0021).
 */
import { type ClaimedPush, claimAlerts } from "../actions/claim-alerts.ts";
import type { Deps } from "../actions/deps.ts";
import { recordPush, type SentPush } from "../actions/record-push.ts";
import { createGatherer } from "../platform/gather.ts";
import { InFlight } from "../platform/in-flight.ts";
import { Loop, type Round } from "../platform/loop.ts";
import type { Metrics } from "../platform/metrics.ts";
import { PACE } from "../platform/pace.ts";
import { type InTime, recordInTime } from "../platform/record-in-time.ts";
import type { Pusher } from "../platform/web-push.ts";
import { readNextDeliveryInMs } from "../store/claim-deliveries.ts";
import { alertPush } from "../views/alert-push.ts";

/** Pushes under way at once, in this process. */
const MAX_SENDING = 100;
const LOCKED_SLEEP_MS = 50;
const RECORD_WITHIN_MS = 60_000;
/** How long a stop waits for push services to answer. */
const STOP_GRACE_MS = 4_000;

export interface AlertLoop {
  readonly loop: Loop;
  /** One round and all that it sends, for tests. */
  runOnce(): Promise<Round>;
  /** Waits for the pushes under way to be recorded. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

export function createAlertLoop(
  deps: Deps,
  metrics: Pick<Metrics, "push">,
  pusher: Pusher,
): AlertLoop {
  const flight = new InFlight(MAX_SENDING, STOP_GRACE_MS);
  const inTime: InTime = {
    withinMs: RECORD_WITHIN_MS,
    hurry: flight.hurry,
    logger: deps.logger,
    warning: "the outcome of a push is recorded again",
  };
  // A queue of one at a time: a rush of answers must not take the clock's connections.
  const records = createGatherer(
    async ([sent]: readonly SentPush[]) => {
      if (sent !== undefined) await recordInTime(() => recordPush(deps, sent), inTime);
      return [true];
    },
    { maxWeight: 1 },
  );
  const sendOne = async (push: ClaimedPush): Promise<void> => {
    const { notificationId, accountId } = push;
    try {
      const outcome = await pusher.send(push.target, alertPush(push), flight.hurry);
      metrics.push(outcome.type);
      if (outcome.type === "refused" || outcome.type === "unknown") {
        const { error } = outcome;
        deps.logger.warn({ notificationId, accountId, error }, "a push was not taken");
      }
      await records.add({ push, outcome });
    } catch (error) {
      deps.logger.error({ err: error, notificationId }, "a push was not recorded");
    }
  };
  const runOnce = async (): Promise<Round> => {
    const { room } = flight;
    if (room === 0) {
      await flight.oneEnded();
      return { nextInMs: 0 };
    }
    const claimed = await claimAlerts(deps, room);
    for (const push of claimed.pushes) flight.begin(sendOne(push));
    if (claimed.due > 0) return { nextInMs: 0 };
    const nextInMs = await readNextDeliveryInMs(deps.db);
    return { nextInMs: Math.max(nextInMs ?? PACE.alertPollMs, LOCKED_SLEEP_MS) };
  };
  const loop = new Loop({
    name: "alerts",
    logger: deps.logger,
    runOnce,
    maxSleepMs: PACE.alertPollMs,
  });
  return {
    loop,
    runOnce,
    idle: () => flight.idle(),
    stop: () => flight.stop(loop),
  };
}
