import type { QuietHours } from "@punctual/contract";
import { describe, expect, test } from "vitest";
import { quietUntil } from "./quiet-hours.ts";

const NIGHT: QuietHours = {
  timeZone: "Europe/Berlin",
  days: [1, 2, 3, 4, 5],
  from: "22:00",
  until: "07:00",
};

function endOf(at: string, quiet: QuietHours | null = NIGHT): string | null {
  const end = quietUntil(Date.parse(at), quiet);
  return end === null ? null : new Date(end).toISOString();
}

describe("quiet hours", () => {
  test.each([
    ["a minute before", "2026-03-02T20:59:59.999Z", null],
    ["at their beginning", "2026-03-02T21:00:00Z", "2026-03-03T06:00:00.000Z"],
    ["after midnight", "2026-03-03T02:00:00Z", "2026-03-03T06:00:00.000Z"],
    ["at their end", "2026-03-03T06:00:00Z", null],
    ["in the night after a chosen Friday", "2026-03-07T03:00:00Z", "2026-03-07T06:00:00.000Z"],
    ["in the night after Saturday, which is not chosen", "2026-03-08T03:00:00Z", null],
    ["in the night before Monday, which began on Sunday", "2026-03-02T03:00:00Z", null],
  ])("%s", (_, at, end) => expect(endOf(at)).toBe(end));

  test("follow the clocks of the place: that night is an hour shorter", () => {
    const sundayToo = { ...NIGHT, days: [6] };
    expect(endOf("2026-03-28T21:00:00Z", sundayToo)).toBe("2026-03-29T05:00:00.000Z");
    expect(endOf("2026-03-29T04:59:00Z", sundayToo)).toBe("2026-03-29T05:00:00.000Z");
    expect(endOf("2026-03-29T05:00:00Z", sundayToo)).toBeNull();
  });

  test("within a day", () => {
    const lunch = { ...NIGHT, from: "12:00", until: "13:00" };
    expect(endOf("2026-03-02T11:30:00Z", lunch)).toBe("2026-03-02T12:00:00.000Z");
    expect(endOf("2026-03-02T12:30:00Z", lunch)).toBeNull();
  });

  test("that were never set", () => expect(endOf("2026-03-03T02:00:00Z", null)).toBeNull());
});
