import { expect, test } from "vitest";
import { isWindowOpen } from "./limits.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const limits = { windowMs: DAY_MS, windowMarginMs: 2 * MINUTE_MS };
const wroteAt = Date.UTC(2026, 10, 22, 12);

test("the window stays open until two minutes before a day has passed", () => {
  const lastMoment = wroteAt + DAY_MS - 2 * MINUTE_MS - 1;
  expect(isWindowOpen(limits, wroteAt, wroteAt)).toBe(true);
  expect(isWindowOpen(limits, wroteAt, lastMoment)).toBe(true);
  expect(isWindowOpen(limits, wroteAt, lastMoment + 1)).toBe(false);
});

test("the window is closed for a customer who never wrote", () => {
  expect(isWindowOpen(limits, null, wroteAt)).toBe(false);
});

test("a channel without a window is always open", () => {
  const always = { windowMs: null, windowMarginMs: 0 };
  expect(isWindowOpen(always, null, wroteAt)).toBe(true);
  expect(isWindowOpen(always, wroteAt, wroteAt + 365 * DAY_MS)).toBe(true);
});
