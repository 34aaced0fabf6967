/** `npm run emulator`: WhatsApp's Cloud API on this machine. */
import { prepare } from "./lib/prepare.mjs";
import { runInForeground } from "./lib/run-in-foreground.mjs";

const emulator = ["apps/whatsapp-emulator/src/main.ts", ...process.argv.slice(2)];
process.exitCode = await runInForeground(prepare(), emulator);
