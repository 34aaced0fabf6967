import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { PeerOrder, PeerReport } from "./peer-order.ts";

const PROCESS = fileURLToPath(new URL("peer-process.ts", import.meta.url));

/** A process of a peer that has done its task, or is at it. */
export interface PeerProcess {
  /** Lets it finish what is under way and end. */
  end(): Promise<PeerReport>;
  /** Ends it at once, if it hasn't ended. */
  kill(): void;
}

/** Starts a process of a peer, and waits until its task is done or under way. */
export async function startPeer(order: PeerOrder): Promise<PeerProcess> {
  const child = fork(PROCESS, { serialization: "advanced" });
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`a process of ${order.peer} ended early with ${code}`);
  });
  failed.catch(() => undefined);
  child.send(order);
  try {
    await Promise.race([nextMessage(child), failed]);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  return {
    end: async () => {
      const report = Promise.race([nextMessage(child), failed]);
      child.send("end");
      return (await report) as PeerReport;
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const [message] = await once(child, "message");
  return message;
}
