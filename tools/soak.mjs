/** `npm run soak`: an hour of a steady load on a real server, its memory and promises looked at. */
import { prepare } from "./lib/prepare.mjs";
import { runInForeground } from "./lib/run-in-foreground.mjs";

const soak = ["apps/server/scenarios/soak/soak.ts", ...process.argv.slice(2)];
process.exitCode = await runInForeground(prepare({ development: true }), soak);
