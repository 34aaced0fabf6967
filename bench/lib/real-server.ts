import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const CLI = fileURLToPath(new URL("../../apps/server/src/cli/main.ts", import.meta.url));
const run = promisify(execFile);

/** As `npm start` runs it. */
const NODE_ARGS = ["--max-semi-space-size=8"];

/** A server as operators run it: a process of its own, reached over HTTP and the command line. */
export interface RealServer {
  readonly url: string;
  readonly pid: number;
  /** Runs a command of the command line beside it, and gives its JSON. */
  command(...args: string[]): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

/**
 * @param dataDir the folder for the server's own PostgreSQL.
 * @param environment more of what `config.ts` reads, such as ROLES or DATABASE_URL.
 */
export async function startRealServer(
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<RealServer> {
  const own = { PORT: "0", DATA_DIR: dataDir, LOG_LEVEL: "warn" };
  const env = { ...process.env, ...own, ...environment };
  const child = spawn(process.execPath, [...NODE_ARGS, CLI, "serve", "--json"], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await addressOf(child);
  return {
    url,
    pid: child.pid ?? 0,
    command: async (...args) => {
      const { stdout } = await run(process.execPath, [CLI, ...args, "--json"], { env });
      return JSON.parse(stdout) as Record<string, unknown>;
    },
    stop: async () => {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}

async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("the server has no output");
  for await (const line of createInterface({ input: child.stdout })) {
    const { url } = line.startsWith("{") ? (JSON.parse(line) as { url?: string }) : {};
    if (url !== undefined) return url;
    console.error(line);
  }
  throw new Error("the server ended before it listened");
}
