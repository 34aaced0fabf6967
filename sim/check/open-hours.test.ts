import { expect, test } from "vitest";
import { isOpen } from "./open-hours.ts";

const hours = {
  timeZone: "Asia/Ho_Chi_Minh",
  weekdays: {
    monday: [{ from: "08:00", until: "12:00" }],
    tuesday: [{ from: "00:00", until: "24:00" }],
  },
};
const monday = Date.UTC(2026, 0, 5, 1);

test("a business is open between its hours, by the clock on its own wall", () => {
  expect(isOpen(hours, monday - 1)).toBe(false);
  expect(isOpen(hours, monday)).toBe(true);
  expect(isOpen(hours, monday + 4 * 3_600_000 - 1)).toBe(true);
  expect(isOpen(hours, monday + 4 * 3_600_000)).toBe(false);
});

test("hours may last to the end of the day, and without any it is always open", () => {
  const tuesdayMidnight = Date.UTC(2026, 0, 5, 17);
  expect(isOpen(hours, tuesdayMidnight - 1)).toBe(false);
  expect(isOpen(hours, tuesdayMidnight)).toBe(true);
  expect(isOpen(hours, tuesdayMidnight + 24 * 3_600_000 - 1)).toBe(true);
  expect(isOpen(hours, tuesdayMidnight + 24 * 3_600_000)).toBe(false);
  expect(isOpen(null, monday - 1)).toBe(true);
});
