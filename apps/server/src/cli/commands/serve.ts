import type { Command } from "commander";
import { readConfig } from "../../config.ts";

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
      const { url, stop } = await serve(readConfig());
      console.log(json === true ? JSON.stringify({ url }) : `Punctual runs at ${url}`);
      await asked;
      await stop();
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
