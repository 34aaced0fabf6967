/**
 * `npm run faults [-- --rounds 30 --seed N --only replica]`: the faults of the tests for longer, and
 * those that take too long for them. `--only` takes words of a test's name. Prints a line for each, with what it
 * went through; exits with 1 if anything was lost or done twice.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { prepare } from "./lib/prepare.mjs";
import { runInForeground } from "./lib/run-in-foreground.mjs";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "30" },
    seed: { type: "string" },
    only: { type: "string", default: "" },
  },
});
process.env.PUNCTUAL_FAULTS_LONG = "1";
process.env.PUNCTUAL_CRASH_ROUNDS = values.rounds;
if (values.seed !== undefined) process.env.PUNCTUAL_CRASH_SEED = values.seed;

const folder = "apps/server/scenarios/";
const scenarios = ["crash/random-kills", "faults/"].map((name) => folder + name);
const chosen = values.only === "" ? [] : ["--testNamePattern", values.only];
const vitest = [path.join("node_modules", "vitest/vitest.mjs"), "run", "--no-file-parallelism"];
process.exitCode = await runInForeground(prepare({ development: true }), [
  ...vitest,
  ...scenarios,
  ...chosen,
]);
