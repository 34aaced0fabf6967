import { keepEventEpoch } from "../store/event-log.ts";
import { deleteOldNodes, type NodeBeat, noteOutage, writeBeat, writeStop } from "../store/nodes.ts";
import type { Deps } from "./deps.ts";

/**
 * A node says that it lives, every 5 s and once before its loops start. If nobody said so for 30 s,
 * there was an outage (clock.md §6): noted in the same commit, before anybody can miss it. A server
 * that was stopped on purpose was out as well.
 *
 * @param outageMs how long a silence of all nodes is an outage
 * @returns whether this beat found that an outage had just ended
 */
export async function nodeHeartbeat(
  deps: Pick<Deps, "db" | "logger">,
  beat: NodeBeat,
  outageMs?: number,
): Promise<boolean> {
  const outage = await deps.db.transaction(async (tx) => {
    const noted = await noteOutage(tx, outageMs);
    writeBeat(tx, beat);
    deleteOldNodes(tx);
    await keepEventEpoch(tx);
    return noted;
  });
  if (outage) deps.logger.warn("an outage has ended: closes and reassignments are held");
  return outage;
}

/**
 * A node stops in order and says so, after its last beat: nobody need wait to see that it is gone. It
 * counts towards an outage all the same (clock.md §6).
 */
export async function nodeStopped(deps: Pick<Deps, "db">, nodeId: string): Promise<void> {
  await deps.db.transaction(async (tx) => writeStop(tx, nodeId));
}
