import type { SendOutcome } from "@punctual/channel-kit";
import { loadSessionsForUpdate } from "../store/load-sessions.ts";
import { lockOutbound, noteDeliveries } from "../store/messages.ts";
import {
  type ClaimedSend,
  pauseSends,
  requeueSend,
  stopChannel,
  takeOutOfOutbox,
} from "../store/outbox.ts";
import { commitDecisions, noRouting } from "./commit-decisions.ts";
import type { Deps } from "./deps.ts";
import { withdrawLate } from "./late-send.ts";
import { refuseSend } from "./refuse-send.ts";
import { tellLeft } from "./tell-left.ts";

/** A claimed send and what became of it. */
export interface SettledSend {
  readonly send: ClaimedSend;
  readonly outcome: SendOutcome;
}

/**
 * Records what became of sends, those that left in one commit. Whoever takes the row out of the outbox
 * records its outcome, so that nothing is recorded twice; what the provider told meanwhile by a
 * status is not undone.
 */
export async function recordDelivery(deps: Deps, settled: readonly SettledSend[]): Promise<void> {
  const left = settled.filter(
    ({ outcome }) => outcome.type === "sent" || outcome.type === "unknown",
  );
  if (left.length > 0) await recordLeft(deps, left);
  for (const { send, outcome } of settled) {
    if (outcome.type === "retry") await recordRetry(deps, send, outcome);
    else if (outcome.type === "rejected") await recordRejected(deps, send, outcome);
  }
}

async function recordLeft(deps: Deps, left: readonly SettledSend[]): Promise<void> {
  const bySend = new Map(left.map((each) => [each.send.messageId, each]));
  const keys = left.map(({ send }) => ({ accountId: send.accountId, id: send.sessionId }));
  await commitDecisions(
    deps,
    (tx) => loadSessionsForUpdate(tx, distinct(keys)),
    noRouting,
    async (deciding) => {
      const { tx, now } = deciding;
      const sends = left.map(({ send }) => send);
      const messages = await lockOutbound(tx, sends);
      const taken = await takeOutOfOutbox(tx, sends);
      withdrawLate(deciding, taken);
      const done = taken.flatMap(({ messageId }) => bySend.get(messageId) ?? []);
      for (const { send, outcome } of done) {
        const message = messages.get(send.messageId);
        if (message !== undefined) tellLeft(deciding, message, stateOf(outcome));
      }
      noteDeliveries(
        tx,
        done.map(({ send, outcome }) => ({
          accountId: send.accountId,
          messageId: send.messageId,
          delivery: stateOf(outcome),
          externalId: outcome.type === "sent" ? outcome.externalId : null,
          at: now,
        })),
      );
    },
  );
  deps.signals.outbox();
}

function stateOf(outcome: SendOutcome): "sent" | "unknown" {
  return outcome.type === "sent" ? "sent" : "unknown";
}

type Retry = Extract<SendOutcome, { type: "retry" }>;

async function recordRetry(deps: Deps, send: ClaimedSend, outcome: Retry): Promise<void> {
  const { code, message } = outcome;
  if (send.attempt >= outcome.maxAttempts) return await refuseSend(deps, send, { code, message });
  const afterMs = outcome.afterMs(send.attempt);
  await deps.db.transaction(async (tx) => {
    requeueSend(tx, send, afterMs);
    if (outcome.scope !== "message") pauseSends(tx, outcome.scope, send, afterMs);
  });
}

type Rejected = Extract<SendOutcome, { type: "rejected" }>;

async function recordRejected(deps: Deps, send: ClaimedSend, outcome: Rejected): Promise<void> {
  const { code, message, stopsChannel } = outcome;
  if (stopsChannel) {
    deps.logger.error({ accountId: send.accountId, channelId: send.channelId, code }, message);
    await deps.db.transaction(async (tx) => stopChannel(tx, send, `${code}: ${message}`));
  }
  await refuseSend(deps, send, { code, message });
  deps.signals.outbox();
}

function distinct<T extends { id: string }>(keys: readonly T[]): T[] {
  return [...new Map(keys.map((key) => [key.id, key])).values()];
}
