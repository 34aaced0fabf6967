/**
 * `npm test`: format and lint, types, then everything that Vitest finds: tidy, unit, integration and
 * journeys. A failing step doesn't hide the later ones. The last line counts all of it: format with
 * lint is one check, types are one for each place they run in, and each test is one.
 *
 * Arguments go to Vitest, to run a part of the tests.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { countChecks, noChecks, summaryLine } from "./lib/count-checks.mjs";
import { prepare } from "./lib/prepare.mjs";
import { runInForeground } from "./lib/run-in-foreground.mjs";

/** Runs in a browser, and so has other types than the rest. */
const phonesPage = "apps/whatsapp-emulator/src/phones/page";

const runtime = prepare({ development: true });
const counts = [
  await runCheck("Format and lint", "@biomejs/biome/bin/biome", ["check", "."]),
  await runCheck("Types", "typescript/bin/tsc", ["-p", "."]),
  await runCheck("Types of the simulated phones", "typescript/bin/tsc", ["-p", phonesPage]),
  await runCheck("Types of the web app", "typescript/bin/tsc", ["-p", "apps/web"]),
  await runVitest(process.argv.slice(2)),
];
const total = counts.reduce(
  (sum, { passed, failed, skipped }) => ({
    passed: sum.passed + passed,
    failed: sum.failed + failed,
    skipped: sum.skipped + skipped,
  }),
  noChecks,
);
console.log(summaryLine(total));
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

async function runCheck(title, tool, args) {
  console.log(`\n── ${title}`);
  const exitCode = await runInForeground(runtime, [path.join("node_modules", tool), ...args]);
  return exitCode === 0 ? { ...noChecks, passed: 1 } : { ...noChecks, failed: 1 };
}

async function runVitest(args) {
  console.log("\n── Tests");
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "punctual-report-"));
  const report = path.join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const vitest = path.join("node_modules", "vitest/vitest.mjs");
    const exitCode = await runInForeground(runtime, [vitest, "run", ...reporters, ...args]);
    const text = fs.existsSync(report) ? fs.readFileSync(report, "utf8") : null;
    return countChecks(text, exitCode);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
