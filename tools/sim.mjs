/** `npm run sim`: the simulator. */
import { prepare } from "./lib/prepare.mjs";
import { runInForeground } from "./lib/run-in-foreground.mjs";

const sim = ["sim/main.ts", ...process.argv.slice(2)];
process.exitCode = await runInForeground(prepare(), sim);
