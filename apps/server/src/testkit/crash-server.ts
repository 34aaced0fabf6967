import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A line of the server's structured log. */
export interface LogLine {
  /** pino's: 40 is a warning, 50 an error. */
  readonly level: number;
  readonly msg: string;
  readonly err?: { readonly message?: string; readonly code?: string };
  readonly loop?: string;
}

/** The server as a process of its own, as an operator runs it. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  readonly log: readonly LogLine[];
  /** What it printed to stderr so far. */
  errorOutput(): string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Asks it to stop; gives its exit code (`null`: a signal ended it) and how long that took. */
  stop(signal?: NodeJS.Signals): Promise<{ exitCode: number | null; tookMs: number }>;
}

const PROGRAM = fileURLToPath(new URL("../cli/main.ts", import.meta.url));
/** As `npm start` runs it: memory is judged as operators see it. */
const NODE_OPTIONS = ["--max-semi-space-size=8"];

/**
 * Runs `punctual serve` in this environment and settles once it listens.
 * @param nodeOptions what Node itself is told besides, such as `--inspect`
 */
export async function startServerProcess(
  environment: Readonly<Record<string, string>>,
  nodeOptions: readonly string[] = [],
): Promise<ServerProcess> {
  const options = [...NODE_OPTIONS, ...nodeOptions];
  const child = spawn(process.execPath, [...options, PROGRAM, "serve", "--json"], {
    env: { PATH: process.env.PATH, PORT: "0", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const { log, url, stray } = readOutput(child);
  let asked = false;
  void exited.then((code) => {
    if (!asked) log.push({ level: 60, msg: `the server ended by itself with ${code}: ${stray()}` });
  });
  const end = async (signal: NodeJS.Signals) => {
    asked = true;
    const began = performance.now();
    child.kill(signal);
    const exitCode = await exited;
    return { exitCode, tookMs: performance.now() - began };
  };
  return {
    url: await url,
    pid: child.pid ?? 0,
    log,
    errorOutput: stray,
    kill: async () => void (await end("SIGKILL")),
    stop: (signal = "SIGTERM") => end(signal),
  };
}

interface Output {
  readonly log: LogLine[];
  readonly url: Promise<string>;
  /** What it printed to stderr: what it says when it breaks. */
  readonly stray: () => string;
}

function readOutput(child: ChildProcess): Output {
  const log: LogLine[] = [];
  const url = Promise.withResolvers<string>();
  let stray = "";
  child.stderr?.on("data", (chunk) => (stray += String(chunk)));
  child.once("exit", (code) => {
    url.reject(new Error(`the server ended with ${code}: ${stray} ${JSON.stringify(log)}`));
  });
  if (child.stdout === null) throw new Error("the server has no output");
  createInterface({ input: child.stdout }).on("line", (line) => {
    const entry = parseLine(line);
    if (entry === null) return;
    if ("url" in entry && !("level" in entry)) url.resolve(String(entry.url));
    else log.push(entry as LogLine);
  });
  return { log, url: url.promise, stray: () => stray };
}

/** `null`: not JSON, but a line for people. */
function parseLine(line: string): object | null {
  try {
    return Object(JSON.parse(line));
  } catch {
    return null;
  }
}
