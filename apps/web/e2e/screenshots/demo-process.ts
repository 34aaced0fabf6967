/** `npm run demo` as another process, with a folder and ports of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../testkit/free-port.ts";

const MAIN = join(import.meta.dirname, "../../../server/scenarios/demo/main.ts");

export interface DemoLogin {
  readonly role: "admin" | "supervisor" | "agent";
  readonly email: string;
  readonly password: string;
}

export interface DemoProcess {
  readonly webUrl: string;
  readonly phonesUrl: string;
  readonly logins: readonly DemoLogin[];
  stop(): Promise<void>;
}

/** Settles once there is something to look at. */
export async function startDemoProcess(): Promise<DemoProcess> {
  const folder = await mkdtemp(join(tmpdir(), "punctual-screenshots-"));
  const ports = ["--port", String(await freePort()), "--phones-port", String(await freePort())];
  const args = [MAIN, "--json", "--fresh", "--folder", folder, ...ports];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: child.stdout })) {
    return { ...JSON.parse(line), stop };
  }
  await stop();
  throw new Error("the demo ended before it was ready; it says why above");
}
