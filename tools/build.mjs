/** `npm run build`: what `npm start` does before it serves, for a folder in which the server may not write. */
import { prepare } from "./lib/prepare.mjs";
import { Problem } from "./lib/problem.mjs";
import { buildWebApp } from "./lib/web-app.mjs";

const runtime = prepare();
try {
  if (!(await buildWebApp(runtime))) console.error("The web app is up to date.");
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
