import { fork } from "node:child_process";
import { newFolder, removeFolder } from "./kernel/server-folder.ts";
import type { SeedResult } from "./run-seed.ts";
import type { SeedMessage, SeedRequest } from "./seed-process.ts";

/**
 * Runs a seed in a process of its own, and cleans up whatever became of it.
 * @param onProgress is told now and then how far it is, from 0 to 1
 */
export async function runInProcess(
  request: Omit<SeedRequest, "folder">,
  onProgress: (part: number) => void = () => undefined,
): Promise<SeedResult> {
  const folder = newFolder("punctual-sim-");
  const child = fork(new URL("./seed-process.ts", import.meta.url), { execArgv: [] });
  const cleanUp = () => {
    child.kill("SIGKILL");
    removeFolder(folder);
  };
  process.once("exit", cleanUp);
  try {
    return await new Promise<SeedResult>((resolve) => {
      child.on("message", (message: SeedMessage) => {
        if ("result" in message) resolve(message.result);
        else onProgress(message.part);
      });
      child.on("exit", (code, signal) => resolve(failed(request.seed, String(signal ?? code))));
      child.send({ ...request, folder });
    });
  } finally {
    process.off("exit", cleanUp);
    cleanUp();
  }
}

function failed(seed: number, how: string): SeedResult {
  return {
    seed,
    violations: [],
    error: `the process of the run ended: ${how}`,
    virtualMs: 0,
    realMs: 0,
    traceHash: "",
    traceLines: 0,
    lastLines: [],
    counts: {},
  };
}
