import { notify } from "../store/notify.ts";
import { claimLateSends, lateKey } from "../store/outbox.ts";
import type { Deps } from "./deps.ts";

const BATCH = 200;

/**
 * Tells writers and supervisors of replies that the provider has not accepted for too long
 * (clock.md §4.6). Each is reported once.
 */
export async function reportLateSends(deps: Deps, lateAfterMs: number): Promise<void> {
  const reported = await deps.db.transaction(async (tx) => {
    const late = await claimLateSends(tx, lateAfterMs, BATCH);
    for (const { accountId, sessionId, messageId, authorId } of late) {
      const key = lateKey(messageId);
      const kind = "sendLate";
      const notice = { accountId, sessionId, kind, wait: 0, key, replyDueAt: null } as const;
      notify(tx, [
        { ...notice, to: null },
        ...(authorId === null ? [] : [{ ...notice, to: authorId }]),
      ]);
    }
    return late.length;
  });
  if (reported === 0) return;
  deps.signals.events();
  deps.signals.alerts();
}
