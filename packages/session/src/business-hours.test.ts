/** clock.md §8, "Conditions": business hours. */
import type { BusinessHours } from "@punctual/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOpenAt, nextChangeAfter } from "./index.ts";

const CLOSED: BusinessHours["weekdays"] = {
  monday: [],
  tuesday: [],
  wednesday: [],
  thursday: [],
  friday: [],
  saturday: [],
  sunday: [],
};

function hours(
  timeZone: string,
  weekdays: Partial<BusinessHours["weekdays"]>,
  holidays: string[] = [],
): BusinessHours {
  return { timeZone, weekdays: { ...CLOSED, ...weekdays }, holidays };
}

const at = (time: string): number => Date.parse(time);
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

const WEEK = hours("Europe/Berlin", {
  friday: [{ from: "09:00", until: "17:00" }],
  monday: [
    { from: "09:00", until: "12:00" },
    { from: "13:00", until: "17:00" },
  ],
});

describe("a business is open", () => {
  test("from the first moment of its hours until just before the last", () => {
    expect(isOpenAt(WEEK, at("2026-03-02T07:59:59.999Z"))).toBe(false);
    expect(isOpenAt(WEEK, at("2026-03-02T08:00:00.000Z"))).toBe(true);
    expect(isOpenAt(WEEK, at("2026-03-02T10:59:59.999Z"))).toBe(true);
    expect(isOpenAt(WEEK, at("2026-03-02T11:00:00.000Z"))).toBe(false);
    expect(isOpenAt(WEEK, at("2026-03-02T12:00:00.000Z"))).toBe(true);
  });

  test("not on a holiday, by the date of its own time zone", () => {
    const holiday = hours("Pacific/Auckland", { monday: [{ from: "00:00", until: "24:00" }] }, [
      "2026-03-02",
    ]);
    expect(isOpenAt(holiday, at("2026-03-01T11:00:00Z"))).toBe(false);
    expect(isOpenAt(holiday, at("2026-03-08T11:00:00Z"))).toBe(true);
  });

  test("through midnight when the hours go on the next day", () => {
    const night = hours("UTC", {
      monday: [{ from: "22:00", until: "24:00" }],
      tuesday: [{ from: "00:00", until: "06:00" }],
    });
    expect(isOpenAt(night, at("2026-03-02T23:59:59.999Z"))).toBe(true);
    expect(isOpenAt(night, at("2026-03-03T00:00:00Z"))).toBe(true);
    expect(iso(nextChangeAfter(night, at("2026-03-02T22:30:00Z")))).toBe(
      "2026-03-03T06:00:00.000Z",
    );
  });

  test("always, without hours", () => {
    expect(isOpenAt(null, 0)).toBe(true);
  });
});

describe("daylight saving", () => {
  const sundays = hours("Europe/Berlin", { sunday: [{ from: "02:30", until: "10:00" }] });

  test("moves the hours with the clock on the wall", () => {
    expect(iso(nextChangeAfter(WEEK, at("2026-03-27T16:00:00Z")))).toBe("2026-03-30T07:00:00.000Z");
    expect(iso(nextChangeAfter(WEEK, at("2026-10-23T15:00:00Z")))).toBe("2026-10-26T08:00:00.000Z");
  });

  test("skips hours that never come: what would begin in them begins at the jump", () => {
    expect(iso(nextChangeAfter(sundays, at("2026-03-29T00:00:00Z")))).toBe(
      "2026-03-29T01:00:00.000Z",
    );
  });

  test("repeats hours that come twice", () => {
    const early = hours("Europe/Berlin", { sunday: [{ from: "02:00", until: "02:30" }] });
    const turns: (string | null)[] = [];
    let now = at("2026-10-24T23:00:00Z");
    for (let turn = 0; turn < 4; turn++) {
      now = nextChangeAfter(early, now) ?? 0;
      turns.push(iso(now));
    }
    expect(turns).toEqual([
      "2026-10-25T00:00:00.000Z",
      "2026-10-25T00:30:00.000Z",
      "2026-10-25T01:00:00.000Z",
      "2026-10-25T01:30:00.000Z",
    ]);
  });
});

describe("the next change", () => {
  test("skips holidays, and never comes where there are no hours", () => {
    const holidays = ["2026-03-06", "2026-03-09", "2026-03-13"];
    expect(iso(nextChangeAfter({ ...WEEK, holidays }, at("2026-03-02T16:00:00Z")))).toBe(
      "2026-03-16T08:00:00.000Z",
    );
    expect(nextChangeAfter(hours("UTC", {}), 0)).toBeNull();
  });

  test("is the first moment at which looking again gives another answer", () => {
    const time = fc.integer({ min: 0, max: 48 }).map((half) => {
      const [hour, minute] = [Math.floor(half / 2), (half % 2) * 30];
      return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
    });
    const day = fc
      .tuple(time, time)
      .map(([a, b]) => (a === b ? [] : [a < b ? { from: a, until: b } : { from: b, until: a }]));
    const week = fc.record({
      monday: day,
      tuesday: day,
      wednesday: day,
      thursday: day,
      friday: day,
      saturday: day,
      sunday: day,
    });
    const zone = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe");
    const start = fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2026-12-31T00:00:00Z") });
    fc.assert(
      fc.property(zone, week, start, (timeZone, weekdays, now) => {
        const some = { timeZone, weekdays, holidays: [] };
        const next = nextChangeAfter(some, now);
        const open = isOpenAt(some, now);
        if (next !== null) expect(isOpenAt(some, next)).toBe(!open);
        const end = next ?? now + 8 * 86_400_000;
        for (let look = now; look < end; look += 600_000) expect(isOpenAt(some, look)).toBe(open);
      }),
      { numRuns: 60 },
    );
  });
});
