/**
 * How long `npm start` takes on a prepared machine until the first request is answered with 200, the
 * making of a new database included. `node bench/start.ts [--folder /dev/shm]`
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Bench, type Figure, OURS } from "./lib/bench-result.ts";
import { freePort } from "./lib/free-port.ts";
import { runAlone } from "./lib/run-alone.ts";

const REPOSITORY = fileURLToPath(new URL("..", import.meta.url));
const POLL_MS = 5;

export const start: Bench = async ({ folder }) => {
  const dataDir = await mkdtemp(join(folder, "punctual-start-"));
  // As root the database runs as an account without rights, which must be able to enter.
  await chmod(dataDir, 0o755);
  try {
    const first = await secondsUntilAnswer(dataDir);
    const again = await secondsUntilAnswer(dataDir);
    return { about: {}, figures: [figure("first start", first), figure("later start", again)] };
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
};

function figure(name: string, value: number): Figure {
  return { name, subject: OURS, value, unit: "s" };
}

async function secondsUntilAnswer(dataDir: string): Promise<number> {
  const port = await freePort();
  const env = { ...process.env, DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: "warn" };
  const began = performance.now();
  const npm = spawn("npm", ["start"], { cwd: REPOSITORY, env, stdio: "ignore" });
  try {
    while (!(await answers(port))) {
      if (npm.exitCode !== null) throw new Error(`npm start ended with ${npm.exitCode}`);
      await sleep(POLL_MS);
    }
    return (performance.now() - began) / 1_000;
  } finally {
    await stop(npm);
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200;
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

if (import.meta.main) await runAlone("start", start);
