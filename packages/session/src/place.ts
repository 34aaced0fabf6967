import type { Ms, SessionFacts } from "./facts.ts";
import { minutes, type SettingsInForce } from "./settings.ts";

/**
 * Where a customer's message goes, given the contact's latest session on the channel (clock.md §5):
 * it joins an open one, voids a close it was on its way for, reopens a recent one, or opens a new one.
 * @param message `stamp` is the provider's own, `at` the clamped one; epoch ms.
 */
export function placeCustomerMessage(
  latest: SessionFacts | null,
  message: { readonly stamp: Ms; readonly at: Ms },
  settings: SettingsInForce,
): "join" | "void" | "reopenWithin" | "open" {
  if (latest === null) return "open";
  const { closed } = latest;
  if (closed === null) return "join";
  if (closed.kind !== "clock" && closed.kind !== "member") return "open";
  if (wholeSecond(message.stamp) <= wholeSecond(closed.at)) return "void";
  const within = settings.closure.reopenWithinMinutes;
  if (within !== null && message.at - closed.at <= minutes(within)) return "reopenWithin";
  return "open";
}

/** Where an echo goes: one stamped at or before a close belongs to that session and opens nothing. */
export function placeEcho(latest: SessionFacts | null, stamp: Ms): "join" | "open" {
  if (latest === null) return "open";
  if (latest.closed === null) return "join";
  return stamp <= latest.closed.at ? "join" : "open";
}

/** WhatsApp stamps whole seconds. */
function wholeSecond(at: Ms): number {
  return Math.floor(at / 1000);
}

/** A day: the furthest that a customer's message may lie in the past (clock.md §4.5). */
const OLDEST_MS = 24 * 3_600_000;

/** The time of a customer message: the provider's stamp, never in the future, at most 24 h ago. */
export function clampCustomerStamp(stamp: Ms, now: Ms): Ms {
  return Math.min(now, Math.max(stamp, now - OLDEST_MS));
}

/** The time of an echo: the provider's stamp, never in the future. */
export function clampEchoStamp(stamp: Ms, now: Ms): Ms {
  return Math.min(stamp, now);
}
