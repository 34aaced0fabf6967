import { loadSessionsForUpdate } from "../store/load-sessions.ts";
import { lockOutbound, noteDeliveries } from "../store/messages.ts";
import { readStaleSends, takeOutOfOutbox } from "../store/outbox.ts";
import { commitDecisions, noRouting } from "./commit-decisions.ts";
import type { Deps } from "./deps.ts";
import { tellLeft } from "./tell-left.ts";

const BATCH = 200;

/**
 * Settles sends whose sender died between claiming and recording. Whether they left is *unknown*: they
 * are not repeated, and a later status that carries our reference settles them (clock.md §4.6).
 */
export async function settleStaleSends(deps: Deps, staleAfterMs: number): Promise<void> {
  const stale = await readStaleSends(deps.db, staleAfterMs, BATCH);
  if (stale.length === 0) return;
  const keys = new Map(stale.map((each) => [each.sessionId, each]));
  await commitDecisions(
    deps,
    (tx) =>
      loadSessionsForUpdate(
        tx,
        [...keys.values()].map(({ accountId, sessionId }) => ({ accountId, id: sessionId })),
      ),
    noRouting,
    async (deciding) => {
      const { tx, now } = deciding;
      const messages = await lockOutbound(tx, stale);
      const taken = await takeOutOfOutbox(tx, stale);
      const lost = stale.flatMap(({ messageId }) =>
        taken.has(messageId) ? (messages.get(messageId) ?? []) : [],
      );
      for (const message of lost) {
        deps.logger.warn({ messageId: message.id }, "the outcome of a send is unknown");
        tellLeft(deciding, message, "unknown");
      }
      noteDeliveries(
        tx,
        lost.map((message) => ({
          accountId: message.account_id,
          messageId: message.id,
          delivery: "unknown",
          externalId: null,
          at: now,
        })),
      );
    },
  );
  deps.signals.outbox();
}
