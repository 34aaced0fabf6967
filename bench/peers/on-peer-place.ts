import type { BenchBusiness } from "../lib/bench-server.ts";
import { startRedis } from "../lib/redis-server.ts";
import type { Peer, PeerPlace } from "./peer.ts";

/** Gives `measure` where a peer keeps its jobs: the business's database, and a Redis if it needs one. */
export async function onPeerPlace<T>(
  peer: Peer,
  business: BenchBusiness,
  folder: string,
  measure: (place: PeerPlace) => Promise<T>,
): Promise<T> {
  const redis = peer.needsRedis ? await startRedis(folder) : null;
  try {
    // It keeps its own record of what is due, so that ours would only cost it time.
    await business.deps.db.query("drop index sessions_due");
    return await measure({ databaseUrl: business.url, redisPort: redis?.port ?? null });
  } finally {
    await redis?.stop();
  }
}
