import { expect, test } from "vitest";
import { countChecks, summaryLine } from "./count-checks.mjs";

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((result) => ({ status: result })),
});
const report = (...testResults: ReturnType<typeof file>[]) => JSON.stringify({ testResults });

test("tests are counted over all files", () => {
  const text = report(file("passed", "passed", "passed"), file("failed", "failed", "pending"));
  expect(countChecks(text, 1)).toEqual({ passed: 2, failed: 1, skipped: 1 });
});

test("a file that could not be loaded counts as one failed", () => {
  const text = report(file("passed", "passed"), file("failed"));
  expect(countChecks(text, 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test("a run that ended with an error of its own is not a success", () => {
  expect(countChecks(report(file("passed", "passed")), 1).failed).toBe(1);
});

test("a run without a readable report counts as one failed", () => {
  expect(countChecks(null, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(countChecks('{"testResults":[', 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test("the last line names skipped tests only when there are some", () => {
  expect(summaryLine({ passed: 3, failed: 0, skipped: 0 })).toBe("3 passed, 0 failed");
  expect(summaryLine({ passed: 3, failed: 1, skipped: 2 })).toBe("3 passed, 1 failed, 2 skipped");
});
