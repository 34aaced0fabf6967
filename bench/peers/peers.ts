import { bullmq } from "./bullmq.ts";
import { graphileWorker } from "./graphile-worker.ts";
import type { Peer } from "./peer.ts";
import { pgBoss, pgBossInSets } from "./pg-boss.ts";

/** Those that Punctual is measured beside. */
export const peers: readonly Peer[] = [bullmq, pgBoss, pgBossInSets, graphileWorker];

export function peerNamed(name: string): Peer {
  const peer = peers.find((each) => each.name === name);
  if (peer === undefined) throw new Error(`there is no peer ${name}`);
  return peer;
}
