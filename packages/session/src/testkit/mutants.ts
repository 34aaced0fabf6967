/**
 * Proves that the random histories notice: breaks the machine in one place at a time, in a copy, and
 * sees that they fail. `node packages/session/src/testkit/mutants.ts [histories]`; exits with 1 if one lives.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MUTANTS, type Mutant } from "./mutant-list.ts";

const PROBE = `
import fc from "fast-check";
import { live } from "./src/testkit/live-history.ts";
import { historyOfLength } from "./src/testkit/random-history.ts";
const runs = fc.property(historyOfLength(140), (history) => live(history));
fc.assert(runs, { numRuns: Number(process.argv[1]), endOnFailure: true });
`;

const histories = process.argv[2] ?? "5000";
const alive = MUTANTS.filter((mutant) => !isFound(mutant));
console.log(`${MUTANTS.length - alive.length} of ${MUTANTS.length} mutants found`);
process.exitCode = alive.length === 0 ? 0 : 1;

function isFound({ rule, what, file, from, to }: Mutant): boolean {
  const folder = mkdtempSync(join(tmpdir(), "punctual-mutant-"));
  try {
    cpSync(join(import.meta.dirname, ".."), join(folder, "src"), { recursive: true });
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    symlinkSync(
      join(import.meta.dirname, "../../../../node_modules"),
      join(folder, "node_modules"),
    );
    const path = join(folder, "src", file);
    const source = readFileSync(path, "utf8");
    if (source.split(from).length !== 2) throw new Error(`${file}: "${from}" is not there once`);
    writeFileSync(path, source.replace(from, to));
    const args = ["--input-type=module", "--eval", PROBE, histories];
    const run = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    const found = /§[\d.]+: .*|decided twice: .*|the timer hangs.*/.exec(run.stderr)?.[0];
    const broken = typeof rule === "number" ? `§9.${rule}` : rule;
    console.log(`${broken} ${what}: ${run.status === 0 ? "LIVES" : (found ?? run.stderr)}`);
    return run.status !== 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
