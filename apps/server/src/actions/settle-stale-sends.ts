import type { Tx } from "../platform/database.ts";
import { loadSessionsForUpdate } from "../store/load-sessions.ts";
import { lockOutbound, noteDeliveries, type OutboundRow } from "../store/messages.ts";
import { readStaleSends, type SendKey, takeOutOfOutbox } from "../store/outbox.ts";
import { commitDecisions, type Deciding, noRouting } from "./commit-decisions.ts";
import type { Deps } from "./deps.ts";
import { withdrawLate } from "./late-send.ts";
import { commitOrSplit } from "./split-batch.ts";
import { tellLeft } from "./tell-left.ts";

const BATCH = 200;

/**
 * Settles sends whose sender died between claiming and recording. Whether they left is *unknown*: they
 * are not repeated, and a later status that carries our reference settles them (clock.md §4.6).
 */
export async function settleStaleSends(deps: Deps, staleAfterMs: number): Promise<void> {
  const stale = await readStaleSends(deps.db, staleAfterMs, BATCH);
  if (stale.length === 0) return;
  const sessions = new Map(stale.map(({ accountId, sessionId: id }) => [id, { accountId, id }]));
  await commitOrSplit(deps, [...sessions.values()], async (part) => {
    const ids = new Set(part.map(({ id }) => id));
    const sends = stale.filter(({ sessionId }) => ids.has(sessionId));
    const load = (tx: Tx) => loadSessionsForUpdate(tx, part);
    return await commitDecisions(deps, load, noRouting, (deciding) =>
      settle(deps, deciding, sends),
    );
  });
  deps.signals.outbox();
}

async function settle(
  deps: Deps,
  deciding: Deciding,
  stale: readonly SendKey[],
): Promise<readonly OutboundRow[]> {
  const { tx, now } = deciding;
  const messages = await lockOutbound(tx, stale);
  const taken = await takeOutOfOutbox(tx, stale);
  withdrawLate(deciding, taken);
  const lost = taken.flatMap(({ messageId }) => messages.get(messageId) ?? []);
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
  return lost;
}
