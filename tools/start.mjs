/** `npm start`: from a fresh clone to a running server. */
import { prepare } from "./lib/prepare.mjs";
import { runInForeground } from "./lib/run-in-foreground.mjs";

const server = ["apps/server/src/cli/main.ts", "serve", ...process.argv.slice(2)];
process.exitCode = await runInForeground(prepare(), server);
