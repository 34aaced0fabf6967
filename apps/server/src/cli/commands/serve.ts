import { flushCompileCache } from "node:module";
import type { Command } from "commander";
import { readConfig } from "../../config.ts";
import { explainPortInUse } from "../port-in-use.ts";

/** `punctual serve`: runs the server until it is told to stop. */
export function addServeCommand(program: Command): void {
  program
    .command("serve")
    .description("Run the server. Ctrl-C stops it.")
    .option("--json", "print the address as JSON once it listens")
    .action(async ({ json }: { json?: boolean }) => {
      // Only this command needs the whole server: the others start faster without.
      const { serve } = await import("../../main.ts");
      const asked = untilAskedToStop();
      const config = readConfig();
      const { url, setupLink, stop } = await serve(config).catch(async (error: unknown) => {
        throw await explainPortInUse(error, config);
      });
      if (setupLink !== null) console.log(`\n  Set up your business: ${setupLink}\n`);
      console.log(json === true ? JSON.stringify({ url }) : `Punctual runs at ${url}`);
      // Now, because a server may end in a way that leaves no time for it.
      flushCompileCache();
      await asked;
      await stop();
      if (json !== true) console.log("Punctual stopped.");
    });
}

/** Ctrl-C, a supervisor's SIGTERM, or a closed terminal; also while the server still starts. */
async function untilAskedToStop(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => resolve());
    }
  });
}
