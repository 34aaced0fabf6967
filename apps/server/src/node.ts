/**
 * One node at work, whoever opens the doors to it: signals, the heartbeat, and the loops of its roles. Any
 * number of nodes may work on one database; none leads.
 */
import type { AnyChannel, Deps, MailSettings } from "./actions/deps.ts";
import { nodeHeartbeat, nodeStopped } from "./actions/node-heartbeat.ts";
import { createAlertLoop } from "./loops/alert-loop.ts";
import { createLineLoop } from "./loops/line-loop.ts";
import { createMailLoop } from "./loops/mail-loop.ts";
import { createOutboxLoop } from "./loops/outbox-loop.ts";
import { createRescuer, RESCUER_DEFAULTS } from "./loops/rescuer.ts";
import { createSignals, type LiveSignals } from "./loops/signals.ts";
import { createTimerLoop } from "./loops/timer-loop.ts";
import type { Database } from "./platform/database.ts";
import { newId } from "./platform/ids.ts";
import type { Logger } from "./platform/logger.ts";
import { Loop } from "./platform/loop.ts";
import type { Mailer } from "./platform/mailer.ts";
import type { Metrics } from "./platform/metrics.ts";
import { PACE } from "./platform/pace.ts";
import type { Pusher } from "./platform/web-push.ts";
import { HOLD_LIMITS } from "./store/nodes.ts";

/** Ends one part of a process. */
export type Stop = () => Promise<void> | void;

export interface NodeOptions {
  readonly db: Database;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly channels: ReadonlyMap<string, AnyChannel>;
  /** `timers` and `outbox` have loops here; the others are doors. */
  readonly roles: readonly string[];
  /** `null`: no e-mail is sent. */
  readonly mail: (MailSettings & { readonly mailer: Mailer }) | null;
  readonly pusher: Pusher;
  /** What must be stopped, in the order it was started: this node's parts are added. */
  readonly stops: Stop[];
}

export interface Node {
  readonly nodeId: string;
  readonly deps: Deps;
  readonly signals: LiveSignals;
  readonly metrics: Metrics;
  readonly stops: Stop[];
}

/** Longest that a provider may take to answer a send before its outcome counts as unknown. */
const SEND_TIMEOUT_MS = 30_000;

/** Starts a node on a database that is up to date. */
export async function startNode(options: NodeOptions): Promise<Node> {
  const { db, logger, metrics, channels, roles, mail, pusher, stops } = options;
  const signals = await createSignals(db, logger);
  stops.push(() => signals.stop());
  const deps: Deps = {
    db,
    logger,
    signals,
    limitsOf: (kind) => limitsOf(channels, kind),
    mail: mail === null ? null : { publicUrl: mail.publicUrl },
  };
  const node: Node = { nodeId: newId(), deps, signals, metrics, stops };
  await startHeartbeat(node, roles);
  if (roles.includes("timers")) startTimers(node);
  if (roles.includes("outbox")) startOutbox(node, channels);
  if (roles.includes("outbox")) startAlerts(node, pusher);
  if (roles.includes("outbox") && mail !== null) startMail(node, mail.mailer);
  return node;
}

function limitsOf(channels: NodeOptions["channels"], kind: string): AnyChannel["limits"] {
  const channel = channels.get(kind);
  if (channel === undefined) throw new Error(`there is no channel of the kind ${kind}`);
  return channel.limits;
}

/** Says that this node lives, before any loop may decide: an outage is noted first. */
async function startHeartbeat(
  { deps, nodeId, stops }: Node,
  roles: readonly string[],
): Promise<void> {
  const beat = { nodeId, roles };
  await nodeHeartbeat(deps, beat);
  const loop = new Loop({
    name: "heartbeat",
    logger: deps.logger,
    runOnce: async () => {
      await nodeHeartbeat(deps, beat);
      return { nextInMs: PACE.heartbeatMs };
    },
    maxSleepMs: PACE.heartbeatMs,
  });
  loop.start();
  stops.push(async () => {
    await loop.stop();
    await nodeStopped(deps, nodeId);
  });
}

/** Deadlines, the line, and everything nobody else looks after. */
function startTimers({ deps, signals, metrics, stops }: Node): void {
  const timers = createTimerLoop(deps, metrics);
  const line = createLineLoop(deps);
  const rescuer = createRescuer(deps, metrics, { ...RESCUER_DEFAULTS, hold: HOLD_LIMITS });
  stops.push(
    signals.onDeadline((at) => timers.deadlineAt(at)),
    signals.onLine((accountId) => line.moved(accountId)),
    signals.onSettings(() => rescuer.wake()),
  );
  for (const loop of [timers.loop, timers.lookBehind, line.loop, rescuer]) {
    loop.start();
    stops.push(() => loop.stop());
  }
}

function startOutbox(
  { deps, signals, metrics, nodeId, stops }: Node,
  channels: NodeOptions["channels"],
): void {
  const options = { nodeId, channels, fetch: globalThis.fetch, timeoutMs: SEND_TIMEOUT_MS };
  const outbox = createOutboxLoop(deps, metrics, options);
  stops.push(signals.onOutbox(() => outbox.loop.wake()));
  outbox.loop.start();
  stops.push(() => outbox.stop());
}

function startMail({ deps, signals, metrics, stops }: Node, mailer: Mailer): void {
  const mail = createMailLoop(deps, metrics, mailer);
  stops.push(signals.onMail(() => mail.loop.wake()));
  mail.loop.start();
  stops.push(() => mail.stop());
}

function startAlerts({ deps, signals, metrics, stops }: Node, pusher: Pusher): void {
  const alerts = createAlertLoop(deps, metrics, pusher);
  stops.push(signals.onAlerts(() => alerts.loop.wake()));
  alerts.loop.start();
  stops.push(() => alerts.stop());
}
