import { readLine } from "../store/line.ts";
import { claimSessionsInLine } from "../store/load-sessions.ts";
import type { Deps } from "./deps.ts";
import { offerSessions, Tried } from "./offer-sessions.ts";

/**
 * Offers places to the sessions in line, longest wait first: the unassigned ones and those *waiting for
 * an agent* (clock.md §8). Run whenever somebody may have become eligible. Gives how many were given
 * away.
 * @param tried those that found nobody before, which are offered again only once more is open.
 */
export async function drainLine(
  deps: Deps,
  accountId: string,
  tried = new Tried(),
): Promise<number> {
  return await offerSessions(deps, accountId, {
    // Places get free with every close; mostly nobody is in line.
    seekers: await readLine(deps.db, accountId),
    claim: claimSessionsInLine,
    event: { type: "placeOffered" },
    tried,
  });
}
