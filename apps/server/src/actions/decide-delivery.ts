import { mayPushSilently } from "../platform/web-push.ts";
import type { DueDelivery } from "../store/claim-deliveries.ts";
import { quietUntil } from "./quiet-hours.ts";

/** What becomes of a delivery whose time has come. */
export type DeliveryVerdict =
  | { readonly type: "go" }
  | { readonly type: "later"; readonly inMs: number; readonly reason: string }
  | { readonly type: "skip"; readonly reason: string }
  /** It holds no longer. */
  | { readonly type: "withdraw" };

/** A push under way is closed once it has arrived. */
const OVERTAKING_MS = 2_000;

/**
 * Decides, in the moment before it would leave: whoever sees it anyway gets nothing more, and during
 * quiet hours it waits for their end, when all of this is asked again. Pure.
 * @param mails whether this server sends e-mail at all.
 */
export function decideDelivery(due: DueDelivery, mails: boolean): DeliveryVerdict {
  if (due.medium === "push" && due.target === null) {
    return { type: "skip", reason: "the subscription has ended" };
  }
  if (due.act === "close") return decideClose(due);
  if (!due.holds) return { type: "withdraw" };
  if (due.medium === "email" && !mails) return { type: "skip", reason: "no mail server" };
  if (due.seen) return decideSeen(due);
  const end = quietUntil(due.now, due.quietHours);
  return end === null
    ? { type: "go" }
    : { type: "later", inMs: end - due.now, reason: "quiet hours" };
}

/**
 * A laptop that was shut a moment ago still counts as there for a minute (clock.md §8), and so does
 * everybody who was there before an outage: who seems to see it is certain at a second look alone, so
 * long after the first one, however late that was.
 */
const SURE_AFTER_MS = 75_000;

function decideSeen({ medium, reason: before }: DueDelivery): DeliveryVerdict {
  const reason = medium === "push" ? "a tab is visible" : "online";
  return before === reason
    ? { type: "skip", reason }
    : { type: "later", inMs: SURE_AFTER_MS, reason };
}

function decideClose({ overtakes, target }: DueDelivery): DeliveryVerdict {
  if (overtakes) return { type: "later", inMs: OVERTAKING_MS, reason: "under way" };
  if (target !== null && !mayPushSilently(target.endpoint)) {
    return { type: "skip", reason: "Apple allows no silent pushes" };
  }
  return { type: "go" };
}
