import { expect, test } from "vitest";
import { expectedWaitMs } from "./index.ts";

const MINUTE = 60_000;

test("whoever is third waits three times as long as the line took for one", () => {
  const pace = { left: 10, withinMs: 20 * MINUTE };
  expect([1, 2, 3].map((place) => expectedWaitMs(place, pace))).toEqual([
    2 * MINUTE,
    4 * MINUTE,
    6 * MINUTE,
  ]);
});

test("a line that stands still is expected to take longer", () => {
  expect(expectedWaitMs(1, { left: 10, withinMs: 50 * MINUTE })).toBe(5 * MINUTE);
});

test("nothing is expected of a line that hardly moved", () => {
  expect(expectedWaitMs(1, { left: 2, withinMs: MINUTE })).toBeNull();
  expect(expectedWaitMs(1, { left: 0, withinMs: 0 })).toBeNull();
});
