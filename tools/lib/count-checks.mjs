export const noChecks = { passed: 0, failed: 0, skipped: 0 };

/**
 * Counts the tests of a Vitest run from its JSON report.
 *
 * A file that could not be loaded has no tests in the report and counts as one failed. So does a
 * run that ended with an error of its own, or left no readable report.
 *
 * @param {string | null} report the report's text, null when there is none
 * @param {number} exitCode
 */
export function countChecks(report, exitCode) {
  const files = readFiles(report);
  if (files === null) return { ...noChecks, failed: 1 };
  const count = { ...noChecks };
  for (const file of files) {
    const statuses = file.assertionResults.map((test) => test.status);
    if (file.status === "failed" && !statuses.includes("failed")) count.failed += 1;
    for (const status of statuses) {
      if (status === "passed") count.passed += 1;
      else if (status === "failed") count.failed += 1;
      else count.skipped += 1;
    }
  }
  if (exitCode !== 0 && count.failed === 0) count.failed = 1;
  return count;
}

/** @param {{ passed: number, failed: number, skipped: number }} count */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function readFiles(report) {
  if (report === null) return null;
  try {
    return JSON.parse(report).testResults ?? null;
  } catch {
    return null;
  }
}
