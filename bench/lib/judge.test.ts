import { describe, expect, test } from "vitest";
import { type BenchResult, OURS } from "./bench-result.ts";
import { judge } from "./judge.ts";
import { gatherRuns, type Measured } from "./results.ts";
import { type Rule, targets } from "./targets.ts";

/** Runs of a benchmark: for each, whose figure is how large. */
function measured(...runs: Readonly<Record<string, number>>[]): Measured {
  const results = runs.map(
    (run): BenchResult => ({
      about: {},
      figures: Object.entries(run).map(([subject, value]) => ({
        ...{ name: "sessions", subject, value, unit: "/s" },
      })),
    }),
  );
  const gathered = gatherRuns("burst", "/tmp", results);
  if (gathered === null) throw new Error("no runs");
  return gathered;
}

function verdict(rule: Rule, ...runs: Readonly<Record<string, number>>[]) {
  const target = { bench: "burst", what: "burst", figure: "sessions", rule };
  const { reached, measured: shown } = judge(target, [measured(...runs)]);
  return { reached, shown };
}

describe("a target", () => {
  test("is judged by the median, so that one bad run doesn't decide", () => {
    const rule: Rule = { type: "atLeast", value: 35_000 };
    expect(verdict(rule, { [OURS]: 36_000 }, { [OURS]: 9_000 }, { [OURS]: 37_000 })).toEqual({
      reached: true,
      shown: "36,000/s",
    });
    expect(verdict(rule, { [OURS]: 34_900 }).reached).toBe(false);
  });

  test("compares with the best peer of the same run", () => {
    const rule: Rule = { type: "timesBestPeer", times: 8 };
    const fast = { [OURS]: 40_000, BullMQ: 4_000, "pg-boss": 2_000 };
    const slow = { [OURS]: 16_000, BullMQ: 1_500, "pg-boss": 2_000 };
    expect(verdict(rule, fast, slow)).toEqual({ reached: true, shown: "9.00 ×" });
    expect(verdict(rule, { [OURS]: 40_000, BullMQ: 5_001 }).reached).toBe(false);
  });

  test("doesn't take a limit for a peer", () => {
    const rule: Rule = { type: "timesBestPeer", times: 8 };
    const shown = verdict(rule, { [OURS]: 40_000, "one statement": 50_000, BullMQ: 4_000 });
    expect(shown.reached).toBe(true);
  });

  test("that asks for a share of the limit is missed below it", () => {
    const rule: Rule = { type: "shareOf", subject: "one statement", share: 0.7 };
    expect(verdict(rule, { [OURS]: 35_000, "one statement": 50_000 }).reached).toBe(true);
    expect(verdict(rule, { [OURS]: 34_000, "one statement": 50_000 })).toEqual({
      reached: false,
      shown: "68 %",
    });
  });

  test("that asks to stay near the disk counts from the disk", () => {
    const rule: Rule = { type: "notMoreAbove", subject: "fdatasync alone", by: 25 };
    expect(verdict(rule, { [OURS]: 300, "fdatasync alone": 276 }).reached).toBe(true);
    expect(verdict(rule, { [OURS]: 302, "fdatasync alone": 276 }).reached).toBe(false);
  });

  test("that asks to stay flat compares all sizes of a run", () => {
    const rule: Rule = { type: "flat", within: 1.3 };
    expect(verdict(rule, { "10 open": 100, "100 open": 120, "1,000 open": 95 })).toEqual({
      reached: true,
      shown: "1.26 ×",
    });
    expect(verdict(rule, { "10 open": 100, "100 open": 70 }).reached).toBe(false);
  });

  test("is neither reached nor missed when a side of it could not be measured", () => {
    const rule: Rule = { type: "timesBestPeer", times: 8 };
    expect(verdict(rule, { [OURS]: 40_000 })).toEqual({ reached: null, shown: "not measured" });
  });
});

test("no deadline may be lost or fire twice", () => {
  const strict = targets.filter(({ figure }) => figure === "lost" || figure === "fired twice");
  expect(strict.map(({ rule }) => rule)).toEqual(strict.map(() => ({ type: "atMost", value: 0 })));
  expect(strict).toHaveLength(4);
});
