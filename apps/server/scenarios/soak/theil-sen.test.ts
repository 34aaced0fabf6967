import { expect, test } from "vitest";
import { theilSen } from "./theil-sen.ts";

const MINUTES = Array.from({ length: 45 }, (_, x) => x);

test("memory that grows by 2 a minute has a slope of 2", () => {
  expect(theilSen(MINUTES.map((x) => ({ x, y: 100 + 2 * x })))).toBe(2);
});

test("memory that saws up and down is flat", () => {
  const saw = theilSen(MINUTES.map((x) => ({ x, y: 100 + (x % 5) * 10 })));
  expect(Math.abs(saw)).toBeLessThan(0.5);
});

test("a few wild readings hide no growth and feign none", () => {
  const wild = (x: number) => (x % 9 === 0 ? 500 : 0);
  expect(theilSen(MINUTES.map((x) => ({ x, y: 100 + wild(x) })))).toBe(0);
  expect(theilSen(MINUTES.map((x) => ({ x, y: 100 + 2 * x + wild(x) })))).toBeCloseTo(2, 0);
});

test("one reading alone says nothing", () => {
  expect(theilSen([{ x: 0, y: 100 }])).toBe(0);
});
