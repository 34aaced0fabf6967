/** `npm run bench`: the figures of docs/spec/targets.md, measured on this machine. */
import { prepare } from "./lib/prepare.mjs";
import { runInForeground } from "./lib/run-in-foreground.mjs";

const bench = ["bench/main.ts", ...process.argv.slice(2)];
process.exitCode = await runInForeground(prepare({ development: true }), bench);
