/** `npm run screenshots`: the pictures of docs/screenshots, taken anew from the running demo. */
import { findChromium } from "./lib/chromium.mjs";
import { prepare } from "./lib/prepare.mjs";
import { Problem } from "./lib/problem.mjs";
import { runInForeground } from "./lib/run-in-foreground.mjs";
import { buildWebApp } from "./lib/web-app.mjs";

const runtime = prepare({ development: true });
try {
  const chromium = findChromium();
  if ("missing" in chromium) throw new Problem(`There is no Chromium: ${chromium.missing}.`);
  await buildWebApp(runtime);
  const script = ["apps/web/e2e/screenshots/main.ts", chromium.path, ...process.argv.slice(2)];
  process.exitCode = await runInForeground(runtime, script);
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
