import { redisVersion } from "../lib/redis-server.ts";
import type { Peer } from "./peer.ts";
import { peers } from "./peers.ts";

const NO_REDIS = "There is no redis-server: `apt-get install redis-server` brings it.";

/** Which peers can be measured on this machine, and why the others can't. */
export async function measurablePeers(): Promise<{
  readonly present: readonly Peer[];
  readonly absent: readonly { readonly subject: string; readonly why: string }[];
}> {
  const hasRedis = (await redisVersion()) !== null;
  const absent = hasRedis ? [] : peers.filter(({ needsRedis }) => needsRedis);
  return {
    present: peers.filter((peer) => !absent.includes(peer)),
    absent: absent.map(({ name }) => ({ subject: name, why: NO_REDIS })),
  };
}
