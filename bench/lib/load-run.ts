import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { LoadPlan, LoadReport } from "./load-plan.ts";

const GENERATOR = fileURLToPath(new URL("load-generator.ts", import.meta.url));

/** A load that is built and signed, and goes off at `run`. */
export interface PreparedLoad {
  run(): Promise<LoadReport>;
}

/** Prepares a plan in a process of its own. */
export async function prepareLoad(plan: LoadPlan): Promise<PreparedLoad> {
  const child = fork(GENERATOR, { serialization: "advanced" });
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`the load generator ended early with ${code}`);
  });
  failed.catch(() => undefined);
  child.send(plan);
  await Promise.race([nextMessage(child), failed]);
  return {
    run: async () => {
      const report = Promise.race([nextMessage(child), failed]);
      child.send("go");
      return (await report) as LoadReport;
    },
  };
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const [message] = await once(child, "message");
  return message;
}
