import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { journeyEnvironment, type StartServer } from "./journey-database.ts";

/** A line of the server's log. */
export type LogLine = Readonly<Record<string, unknown>>;

const program = fileURLToPath(new URL("../cli/main.ts", import.meta.url));

/**
 * Starts servers as processes of their own, as `punctual serve` does, and keeps what they log.
 * `lines` grows while they run.
 */
export function serverProcesses(): { readonly serve: StartServer; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const serve: StartServer = async (databaseUrl, environment = {}) => {
    const child = spawn(process.execPath, [program, "serve", "--json"], {
      env: { ...journeyEnvironment(databaseUrl), LOG_LEVEL: "info", ...environment },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    const url = await new Promise<string>((resolve, reject) => {
      void exited.then(() => reject(new Error("the server ended before it listened")));
      createInterface(child.stdout).on("line", (text) => {
        if (!text.startsWith("{")) return;
        const line: LogLine = JSON.parse(text);
        if (typeof line.url === "string" && line.level === undefined) resolve(line.url);
        else lines.push(line);
      });
    });
    return {
      url,
      stop: async () => {
        child.kill("SIGTERM");
        await exited;
      },
    };
  };
  return { serve, lines };
}
