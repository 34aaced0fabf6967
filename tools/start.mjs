/** `npm start`: from a fresh clone to a running server. */
import { prepare } from "./lib/prepare.mjs";
import { Problem } from "./lib/problem.mjs";
import { runInForeground } from "./lib/run-in-foreground.mjs";
import { buildWebApp } from "./lib/web-app.mjs";

/** Half of Node's own: new objects of the server die young, and the rest of it would only lie idle. */
const youngGenerationMb = 8;

const server = ["apps/server/src/cli/main.ts", "serve", ...process.argv.slice(2)];
const args = [`--max-semi-space-size=${youngGenerationMb}`, ...server];
const runtime = prepare();
try {
  await buildWebApp(runtime);
  process.exitCode = await runInForeground(runtime, args);
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
