/** `npm start`: from a fresh clone to a running server. */
import { prepare } from "./lib/prepare.mjs";
import { runInForeground } from "./lib/run-in-foreground.mjs";

/** Half of Node's own: new objects of the server die young, and the rest of it would only lie idle. */
const youngGenerationMb = 8;

const server = ["apps/server/src/cli/main.ts", "serve", ...process.argv.slice(2)];
const args = [`--max-semi-space-size=${youngGenerationMb}`, ...server];
process.exitCode = await runInForeground(prepare(), args);
