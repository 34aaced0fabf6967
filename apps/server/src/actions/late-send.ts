import type { TakenSend } from "../store/outbox.ts";
import type { Deciding } from "./commit-decisions.ts";

/** What members are told of a message that is late. */
export const SEND_LATE = "sendLate";

/** Under which they are told. */
export function lateKey(messageId: string): string {
  return `${SEND_LATE}:${messageId}`;
}

/** Whoever was told that a message is late is told no more: it left, or it never will. */
export function withdrawLate({ batch }: Deciding, taken: readonly TakenSend[]): void {
  for (const { accountId, sessionId, messageId, reportedLate } of taken) {
    if (!reportedLate) continue;
    const key = lateKey(messageId);
    batch.withdrawNotification({ accountId, sessionId, kind: SEND_LATE, wait: null, key });
  }
}
