import type { DeliveryStatusEvent } from "@punctual/channel-kit";
import { retryRaces } from "../platform/transient.ts";
import {
  type DeliveryUpdate,
  findOutbound,
  lockOutbound,
  noteDeliveries,
  type OutboundRow,
} from "../store/messages.ts";
import type { Deps } from "./deps.ts";
import { refuseSend, reverseRefusal } from "./refuse-send.ts";
import { settleRetriedSend } from "./settle-retried-send.ts";

/** A status of one of our messages, with the channel it came by. */
export interface ReceivedStatus {
  readonly accountId: string;
  readonly channelId: string;
  readonly event: DeliveryStatusEvent;
}

/**
 * Records how far our messages got. Ordinary steps are noted together; a refusal, and a receipt for
 * what was refused, change what is owed and go through the machine one by one. Gives how many spoke
 * of no message of ours.
 */
export async function recordStatuses(
  deps: Deps,
  received: readonly ReceivedStatus[],
): Promise<{ unmatched: number }> {
  if (received.length === 0) return { unmatched: 0 };
  const found = await findOutbound(
    deps.db,
    received.map(({ accountId, channelId, event }) => ({ accountId, channelId, ...event })),
  );
  const matched = received.flatMap((status, index) => {
    const message = found[index];
    return message === null || message === undefined ? [] : [{ status, message }];
  });
  const steps = matched.flatMap(({ status, message }) => stepOf(status, message) ?? []);
  const locked = await retryRaces(() => noteSteps(deps, steps));
  for (const { status, message } of matched) {
    await settle(deps, status, locked.get(message.id) ?? message);
  }
  return { unmatched: received.length - matched.length };
}

function stepOf({ event }: ReceivedStatus, message: OutboundRow): DeliveryUpdate | null {
  if (event.status === "failed" || event.status === "other") return null;
  return {
    accountId: message.account_id,
    messageId: message.id,
    delivery: event.status,
    externalId: event.externalId,
    at: event.at,
  };
}

/** Gives the messages as they stood under the lock: a refusal may have been recorded meanwhile. */
async function noteSteps(
  deps: Deps,
  steps: readonly DeliveryUpdate[],
): Promise<ReadonlyMap<string, OutboundRow>> {
  if (steps.length === 0) return new Map();
  const locked = await deps.db.transaction(async (tx) => {
    const messages = await lockOutbound(tx, steps);
    noteDeliveries(tx, steps);
    return messages;
  });
  deps.signals.events();
  return locked;
}

async function settle(deps: Deps, { event }: ReceivedStatus, message: OutboundRow): Promise<void> {
  const send = {
    accountId: message.account_id,
    sessionId: message.session_id,
    messageId: message.id,
  };
  if (event.status === "failed") {
    const { code, message: text } = event.error ?? { code: "unknown", message: "refused" };
    await refuseSend(deps, send, { code, message: text });
  } else if (message.delivery === "failed" && isReceipt(event.status)) {
    await reverseRefusal(deps, send, { delivery: event.status, at: event.at });
  } else if (message.delivery === "queued" && event.status !== "other") {
    await settleRetriedSend(deps, send);
  }
}

function isReceipt(status: string): status is "delivered" | "read" {
  return status === "delivered" || status === "read";
}
