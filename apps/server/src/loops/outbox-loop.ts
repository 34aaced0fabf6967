/**
 * Sends what waits in the outbox. A message is claimed in one commit, sent outside any transaction, and
 * its outcome recorded in another; whoever dies in between leaves a claim that is settled as *unknown*,
 * never sent again blindly (architecture.md, rules 9 and 11).
 */
import type { SendOutcome } from "@punctual/channel-kit";
import { isWindowOpen } from "@punctual/channel-kit";
import type { AnyChannel, Deps } from "../actions/deps.ts";
import { recordDelivery, type SettledSend } from "../actions/record-delivery.ts";
import { refuseSend } from "../actions/refuse-send.ts";
import { timeoutSignal } from "../platform/clock.ts";
import { createGatherer } from "../platform/gather.ts";
import { InFlight } from "../platform/in-flight.ts";
import { Loop, type Round } from "../platform/loop.ts";
import type { Metrics } from "../platform/metrics.ts";
import { PACE } from "../platform/pace.ts";
import { type InTime, recordInTime } from "../platform/record-in-time.ts";
import { type ClaimedSend, claimSends, readNextSendInMs } from "../store/outbox.ts";

export interface OutboxOptions {
  readonly nodeId: string;
  readonly channels: ReadonlyMap<string, AnyChannel>;
  readonly fetch: typeof globalThis.fetch;
  /** How long a provider may take to answer before the outcome counts as unknown. */
  readonly timeoutMs: number;
}

/** Sends under way at once, in this process. */
const MAX_SENDING = 200;
const MAX_RECORD_BATCH = 500;
const CONFLICT_SLEEP_MS = 50;
/** Longer, and the claim is settled as *unknown* anyway. */
const RECORD_WITHIN_MS = 40_000;

/** How long a stop waits for providers to answer; then those outcomes are *unknown*. */
const STOP_GRACE_MS = 4_000;

export interface OutboxLoop {
  readonly loop: Loop;
  /** Waits for the sends under way to be recorded. */
  idle(): Promise<void>;
  /** Claims nothing more, and waits for the sends under way, but not long for the provider. */
  stop(): Promise<void>;
}

export function createOutboxLoop(deps: Deps, metrics: Metrics, options: OutboxOptions): OutboxLoop {
  const flight = new InFlight(MAX_SENDING, STOP_GRACE_MS);
  const inTime: InTime = {
    withinMs: RECORD_WITHIN_MS,
    hurry: flight.hurry,
    logger: deps.logger,
    warning: "outcomes are recorded again",
  };
  const records = createGatherer(
    async (settled: readonly SettledSend[]) => {
      await recordInTime(() => recordDelivery(deps, settled), inTime);
      return settled.map(() => true);
    },
    { maxWeight: MAX_RECORD_BATCH },
  );

  const sendOne = async (send: ClaimedSend): Promise<void> => {
    try {
      const objection = objectionTo(deps, send);
      if (objection !== null) {
        await refuseSend(deps, send, objection);
        metrics.send("withdrawn");
        return;
      }
      const outcome = await dispatch(options, send, flight.hurry);
      metrics.send(outcome.type);
      await records.add({ send, outcome });
    } catch (error) {
      deps.logger.error({ err: error, messageId: send.messageId }, "a send was not recorded");
    }
  };

  const runOnce = async (): Promise<Round> => {
    const { room } = flight;
    if (room === 0) {
      await flight.oneEnded();
      return { nextInMs: 0 };
    }
    const claimed = await deps.db.transaction((tx) => claimSends(tx, options.nodeId, room));
    for (const send of claimed) flight.begin(sendOne(send));
    if (claimed.length > 0) return { nextInMs: 0 };
    const nextInMs = await readNextSendInMs(deps.db);
    return { nextInMs: Math.max(nextInMs ?? PACE.outboxPollMs, CONFLICT_SLEEP_MS) };
  };
  const loop = new Loop({
    name: "outbox",
    logger: deps.logger,
    runOnce,
    maxSleepMs: PACE.outboxPollMs,
  });
  return {
    loop,
    idle: () => flight.idle(),
    stop: () => flight.stop(loop),
  };
}

const WINDOW_CLOSED = {
  code: "window_closed",
  message: "The channel's messaging window closed before the message could leave.",
  delivery: "withdrawn",
} as const;

const CLOSE_UNDONE = {
  code: "close_undone",
  message: "The conversation went on before the message could leave.",
  delivery: "withdrawn",
} as const;

/**
 * Why an end message must not leave any more. The customer may have written while an earlier try was
 * under way, and the window is checked again at sending: what would be refused stays unsent.
 */
function objectionTo(
  deps: Deps,
  send: ClaimedSend,
): typeof WINDOW_CLOSED | typeof CLOSE_UNDONE | null {
  if (send.kind !== "end") return null;
  if (!send.closeStands) return CLOSE_UNDONE;
  if (send.content.type === "template") return null;
  const limits = deps.limitsOf(send.channelKind);
  return isWindowOpen(limits, send.lastCustomerStamp, send.now) ? null : WINDOW_CLOSED;
}

async function dispatch(
  options: OutboxOptions,
  send: ClaimedSend,
  hurry: AbortSignal,
): Promise<SendOutcome> {
  const channel = options.channels.get(send.channelKind);
  if (channel === undefined) {
    const message = `This server has no channel of kind ${send.channelKind}.`;
    return { type: "rejected", code: "channel_unknown", message, stopsChannel: false };
  }
  const config = parseConfig(channel, send.channelConfig);
  if (config instanceof Error) {
    const message = `The channel's credentials can't be read: ${config.message}`;
    return { type: "rejected", code: "channel_config_invalid", message, stopsChannel: true };
  }
  const message = {
    reference: send.messageId,
    to: send.to,
    content: send.content,
    replyTo: send.replyTo,
  };
  const signal = AbortSignal.any([timeoutSignal(options.timeoutMs), hurry]);
  return await channel.send(config, message, options.fetch, signal);
}

function parseConfig(channel: AnyChannel, raw: unknown): unknown {
  try {
    return channel.parseConfig(raw);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
