import { type ClockSettings, DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { describe, expect, test } from "vitest";
import { clockHints } from "./clock-hints.ts";

const WHATSAPP = { windowMs: 24 * 3_600_000, windowMarginMs: 120_000 };
const UNLIMITED = { windowMs: null, windowMarginMs: 0 };

describe("hints on clock settings", () => {
  test("a reassign time at the limit says that sessions will be overdue first", () => {
    expect(codes(settings({ reassignAfter: 30, limit: 30 }))).toEqual(["overdue_before_reassign"]);
    expect(codes(settings({ reassignAfter: 29, limit: 30 }))).toEqual([]);
  });

  test.each([
    [1_440, ["end_message_outside_window"]],
    [1_438, ["end_message_outside_window"]],
    [1_437, []],
  ])("an end message after %i minutes on a channel with a 24-hour window", (after, expected) => {
    expect(codes(settings({ closeAfter: after, message: "Bye" }))).toEqual(expected);
  });

  test("closing late without a message, or on a channel without a window, is nothing to mention", () => {
    expect(codes(settings({ closeAfter: 1_440, message: null }))).toEqual([]);
    expect(clockHints(settings({ closeAfter: 1_440, message: "Bye" }), [UNLIMITED])).toEqual([]);
  });
});

function codes(given: ClockSettings): string[] {
  return clockHints(given, [WHATSAPP]).map((hint) => hint.code);
}

function settings(change: {
  reassignAfter?: number;
  limit?: number;
  closeAfter?: number;
  message?: string | null;
}): ClockSettings {
  const { closure, reassign, reply } = DEFAULT_CLOCK_SETTINGS;
  return {
    closure: {
      ...closure,
      enabled: change.closeAfter !== undefined,
      afterMinutes: change.closeAfter ?? 720,
      message: change.message ?? null,
    },
    reassign: {
      ...reassign,
      enabled: change.reassignAfter !== undefined,
      afterMinutes: change.reassignAfter ?? 5,
    },
    reply: { ...reply, enabled: change.limit !== undefined, limitMinutes: change.limit ?? 30 },
  };
}
