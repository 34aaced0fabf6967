/** Whether a channel works, and what to do when it doesn't. Pure. */
import type { ChannelView } from "@punctual/contract";

export type Health =
  | { readonly kind: "stopped"; readonly reason: string | null }
  | { readonly kind: "refused"; readonly reason: "signature" | "verifyToken" }
  | { readonly kind: "paused"; readonly until: string }
  | { readonly kind: "waiting" }
  | { readonly kind: "healthy" };

/** The worst goes first: what doesn't leave, then what doesn't come. */
export function healthOf(channel: ChannelView, now: number): Health {
  const { stoppedAt, stoppedReason, pausedUntilAt, webhook } = channel;
  if (stoppedAt !== null) return { kind: "stopped", reason: stoppedReason };
  if (webhook.refused !== null) return { kind: "refused", reason: webhook.refused.reason };
  if (pausedUntilAt !== null && Date.parse(pausedUntilAt) > now) {
    return { kind: "paused", until: pausedUntilAt };
  }
  return { kind: webhook.firstAt === null ? "waiting" : "healthy" };
}
