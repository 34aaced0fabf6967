import { claimSessionsOfGone, readSessionsOfGone } from "../store/load-sessions.ts";
import { holdIsOn } from "../store/nodes.ts";
import { unmarkMoved } from "../store/session-moves.ts";
import type { Deps } from "./deps.ts";
import { offerSessions, Tried } from "./offer-sessions.ts";

/** How many are looked at in one go; what is left keeps its mark, and is looked at in the next. */
const LIMIT = 10_000;

/**
 * Moves the sessions whose customers wait away from members who went offline, the longest wait first
 * (clock.md §8). What nobody is eligible for stays, and is tried again when somebody may be.
 * While reassignments are held after an outage (§6), nothing moves. Gives how many were moved.
 * @param tried those that found nobody before.
 */
export async function moveSessionsOfGone(
  deps: Deps,
  accountId: string,
  tried = new Tried(),
): Promise<number> {
  if (await holdIsOn(deps.db)) return 0;
  const moved = await offerSessions(deps, accountId, {
    seekers: await readSessionsOfGone(deps.db, accountId, LIMIT),
    claim: claimSessionsOfGone,
    event: { type: "assigneeWentOffline" },
    tried,
  });
  await deps.db.transaction(async (tx) => unmarkMoved(tx, accountId));
  return moved;
}
