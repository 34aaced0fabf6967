import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "./free-port.ts";
import { onInterrupt } from "./on-interrupt.ts";

const run = promisify(execFile);

export interface RedisServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** The version of the machine's Redis; `null`: it has none. */
export async function redisVersion(): Promise<string | null> {
  try {
    const { stdout } = await run("redis-server", ["--version"]);
    return /v=(\S+)/.exec(stdout)?.[1] ?? "unknown";
  } catch {
    return null;
  }
}

/**
 * Starts the machine's Redis on a free port as BullMQ's "Going to production" asks for: append-only file
 * written through every second, nothing evicted.
 * @param folder where its file lies.
 */
export async function startRedis(folder: string): Promise<RedisServer> {
  const dataDir = await mkdtemp(join(folder, "punctual-redis-"));
  const port = await freePort();
  const settings = {
    ...{ port, bind: "127.0.0.1", dir: dataDir, save: "", loglevel: "warning" },
    ...{ appendonly: "yes", appendfsync: "everysec", "maxmemory-policy": "noeviction" },
  };
  const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn("redis-server", options, { stdio: "ignore" });
  const takeAway = async () => {
    child.kill("SIGTERM");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    await rm(dataDir, { recursive: true, force: true });
  };
  const uninterrupted = onInterrupt(takeAway);
  for (let tries = 0; !(await answers(port)); tries++) {
    if (tries === 100) throw new Error("redis-server does not answer");
    await sleep(50);
  }
  return {
    port,
    stop: async () => {
      uninterrupted();
      await takeAway();
    },
  };
}

async function answers(port: number): Promise<boolean> {
  try {
    const { stdout } = await run("redis-cli", ["-p", String(port), "ping"]);
    return stdout.trim() === "PONG";
  } catch {
    return false;
  }
}
