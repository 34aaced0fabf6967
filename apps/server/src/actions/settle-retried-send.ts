import { loadSessionsForUpdate } from "../store/load-sessions.ts";
import { lockOutbound } from "../store/messages.ts";
import { takeRetryOutOfOutbox, waitsForRetry } from "../store/outbox.ts";
import { commitDecisions, noRouting } from "./commit-decisions.ts";
import type { Deps } from "./deps.ts";
import { withdrawLate } from "./late-send.ts";
import type { SendRef } from "./refuse-send.ts";

/**
 * A status says that the provider has a message which we were about to send again: its refusal (an
 * error 5xx, say) was none. It must not go out twice.
 */
export async function settleRetriedSend(deps: Deps, send: SendRef): Promise<void> {
  if (!(await waitsForRetry(deps.db, send))) return;
  const { accountId, sessionId, messageId } = send;
  await commitDecisions(
    deps,
    (tx) => loadSessionsForUpdate(tx, [{ accountId, id: sessionId }]),
    noRouting,
    async (deciding, [session]) => {
      const { tx, batch, now } = deciding;
      const message = (await lockOutbound(tx, [send])).get(messageId);
      if (session === undefined || message === undefined) return;
      const taken = await takeRetryOutOfOutbox(tx, send);
      withdrawLate(deciding, taken);
      if (taken.length === 0 || message.kind !== "agent") return;
      batch.decide(session.id, {
        type: "agentMessageLeft",
        messageId,
        by: message.author_id,
        at: now,
        outcome: "sent",
      });
    },
  );
  deps.signals.outbox();
}
