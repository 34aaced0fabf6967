import { type NotificationWrite, notify } from "../store/notify.ts";
import { claimLateSends, type LateSend } from "../store/outbox.ts";
import type { Deps } from "./deps.ts";
import { lateKey, SEND_LATE } from "./late-send.ts";

const BATCH = 200;

/**
 * Tells writers and supervisors of replies that the provider has not accepted for too long
 * (clock.md §4.6). Each is reported once.
 */
export async function reportLateSends(deps: Deps, lateAfterMs: number): Promise<void> {
  const reported = await deps.db.transaction(async (tx) => {
    const late = await claimLateSends(tx, lateAfterMs, BATCH);
    notify(tx, late.flatMap(noticesOf));
    return late.length;
  });
  if (reported === 0) return;
  deps.signals.events();
  deps.signals.alerts();
}

function noticesOf({ accountId, sessionId, messageId, authorId }: LateSend): NotificationWrite[] {
  const key = lateKey(messageId);
  const notice = { accountId, sessionId, kind: SEND_LATE, wait: 0, key, replyDueAt: null } as const;
  const toAuthor = authorId === null ? [] : [{ ...notice, to: authorId }];
  return [{ ...notice, to: null }, ...toAuthor];
}
