/**
 * One process of a peer. Takes a `PeerOrder` from its parent, says `ready` when that is done or under
 * way, and at any further message ends and tells what it did.
 */
import { FIRE_ALL_SQL, FIRE_ONE_SQL, FIRING_JSON } from "../lib/firing-sql.ts";
import { answerCustomers } from "./answer-customers.ts";
import type { Fire, Peer } from "./peer.ts";
import type { PeerOrder, PeerReport } from "./peer-order.ts";
import { peerNamed } from "./peers.ts";

interface Tally {
  firedAgain: number;
  answered: number;
  behindMs: number;
}

// Whoever asked for this is gone.
process.once("disconnect", () => process.exit(1));
process.once("message", (order) => {
  obey(order as PeerOrder).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});

async function obey(order: PeerOrder): Promise<void> {
  const told = new Promise((resolve) => process.once("message", resolve));
  const tally: Tally = { firedAgain: 0, answered: 0, behindMs: 0 };
  const end = await begin(peerNamed(order.peer), order, tally);
  process.send?.("ready");
  await told;
  await end();
  const { user, system } = process.cpuUsage();
  const report: PeerReport = {
    ...tally,
    peakMemoryMb: (process.resourceUsage().maxRSS * 1_024) / 1e6,
    cpuSeconds: (user + system) / 1e6,
  };
  process.send?.(report, () => process.exit(0));
}

/** Does the order's task, or begins it; gives what ends it. */
async function begin(
  peer: Peer,
  { place, accountId, task }: PeerOrder,
  tally: Tally,
): Promise<() => Promise<void>> {
  switch (task.type) {
    case "arm":
      await peer.arm(place, task.jobs);
      return async () => undefined;
    case "work":
      return await peer.work(place, firing(accountId, tally));
    case "answer": {
      const mover = await peer.openMover(place);
      const { databaseUrl } = place;
      return answerCustomers({ ...task, databaseUrl, accountId, tally, mover });
    }
  }
}

function firing(accountId: string, tally: Tally): Fire {
  return async (run, ids) => {
    const { rows } =
      ids.length === 1
        ? await run(FIRE_ONE_SQL, [accountId, ids[0], ...FIRING_JSON])
        : await run(FIRE_ALL_SQL, [accountId, ids, ...FIRING_JSON]);
    tally.firedAgain += ids.length - Number(rows[0]?.fired);
  };
}
