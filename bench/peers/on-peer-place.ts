import type { BenchBusiness } from "../lib/bench-server.ts";
import { startRedis } from "../lib/redis-server.ts";
import type { Peer } from "./peer.ts";
import type { PeerOrder } from "./peer-order.ts";
import { type PeerProcess, startPeer } from "./start-peer.ts";

/** Starts a process of the peer, and waits until its task is done or under way. */
export type StartTask = (task: PeerOrder["task"]) => Promise<PeerProcess>;

/**
 * Gives `measure` a place where a peer keeps its jobs, the business's database and a Redis if it needs
 * one, and takes everything away afterwards, whatever became of it.
 */
export async function onPeerPlace<T>(
  peer: Peer,
  business: BenchBusiness,
  folder: string,
  measure: (start: StartTask) => Promise<T>,
): Promise<T> {
  const redis = peer.needsRedis ? await startRedis(folder) : null;
  const started: PeerProcess[] = [];
  try {
    // It keeps its own record of what is due, so that ours would only cost it time.
    await business.deps.db.query("drop index sessions_due");
    const place = { databaseUrl: business.url, redisPort: redis?.port ?? null };
    const order = { peer: peer.name, place, accountId: business.accountId };
    return await measure(async (task) => {
      const process = await startPeer({ ...order, task });
      started.push(process);
      return process;
    });
  } finally {
    for (const process of started) process.kill();
    await redis?.stop();
  }
}
