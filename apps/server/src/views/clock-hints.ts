import type { ClockSettings, SettingsHint } from "@punctual/contract";

/** A channel's messaging window, in ms; `windowMs` null: it has none. */
interface Window {
  readonly windowMs: number | null;
  readonly windowMarginMs: number;
}

const MINUTE_MS = 60_000;

/**
 * What is allowed and may surprise (clock.md §2): a reassign time at or beyond the reply limit, and a
 * close time that puts the end-of-session message outside a channel's window. The close counts from
 * the agent's last message and the window from the customer's, which is earlier: a close time as long
 * as the window is always outside.
 */
export function clockHints(settings: ClockSettings, windows: readonly Window[]): SettingsHint[] {
  const { closure, reassign, reply } = settings;
  const hints: SettingsHint[] = [];
  if (reassign.enabled && reply.enabled && reassign.afterMinutes >= reply.limitMinutes) {
    hints.push({
      code: "overdue_before_reassign",
      field: "reassign.afterMinutes",
      message: "Sessions will be overdue before they are reassigned.",
    });
  }
  const saysGoodbye = closure.enabled && closure.message !== null && closure.message !== "";
  if (saysGoodbye && windows.some((window) => isOutside(closure.afterMinutes, window))) {
    hints.push({
      code: "end_message_outside_window",
      field: "closure.afterMinutes",
      message:
        closure.outsideWindow === "silent"
          ? "The end-of-session message can't leave so late: the channel's messaging window is closed by then, and sessions close silently."
          : "The messaging window is closed by then: the template will leave instead of the end-of-session message.",
    });
  }
  return hints;
}

function isOutside(afterMinutes: number, { windowMs, windowMarginMs }: Window): boolean {
  return windowMs !== null && afterMinutes * MINUTE_MS >= windowMs - windowMarginMs;
}
