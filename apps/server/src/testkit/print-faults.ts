import { writeSync } from "node:fs";
import type { CrashTally } from "./crash-judge.ts";

const STDOUT = 1;

/** A line of the table of `npm run faults`; nothing in the tests. */
export function printFaults(
  what: string,
  figures: Readonly<Record<string, number>>,
  tally: CrashTally,
): void {
  if (process.env.PUNCTUAL_FAULTS_LONG === undefined) return;
  const cells = Object.entries({ ...figures, ...tally }).map(([name, value]) => `${name} ${value}`);
  // Directly: Vitest would put a heading above each line.
  writeSync(STDOUT, `| ${what} | ${cells.join(" | ")} | unharmed |\n`);
}
