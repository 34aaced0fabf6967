/** `npm run demo`: a business at work, to look at. */
import { prepare } from "./lib/prepare.mjs";
import { Problem } from "./lib/problem.mjs";
import { runInForeground } from "./lib/run-in-foreground.mjs";
import { buildWebApp } from "./lib/web-app.mjs";

const demo = ["apps/server/scenarios/demo/main.ts", ...process.argv.slice(2)];
const runtime = prepare();
try {
  await buildWebApp(runtime);
  process.exitCode = await runInForeground(runtime, demo);
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
