import { claimSessionsToHandOver, readSessionsToHandOver } from "../store/load-sessions.ts";
import { accountsOf, commitDecisions } from "./commit-decisions.ts";
import type { Deps } from "./deps.ts";
import { commitOrSplit } from "./split-batch.ts";

const BATCH = 500;

/**
 * Gives the open sessions of deactivated members away by the rules (clock.md §8: those with a wait move, the
 * others become unassigned). Nothing is remembered of it: whatever an inactive member still holds is
 * found again, by any node, also when it came to them in the moment they were deactivated. What somebody
 * else is working on is left for the next time.
 * @param withinMs only of members deactivated so recently; `null`: of all.
 */
export async function handOver(deps: Deps, withinMs: number | null): Promise<void> {
  for (;;) {
    const keys = await readSessionsToHandOver(deps.db, BATCH, withinMs);
    const handedOver = await commitOrSplit(deps, keys, (part) =>
      commitDecisions(
        deps,
        (tx) => claimSessionsToHandOver(tx, part),
        accountsOf,
        ({ batch }, sessions) =>
          sessions.map(({ id }) => batch.decide(id, { type: "assigneeDeactivated" })),
      ),
    );
    if (keys.length < BATCH || handedOver.length === 0) return;
  }
}
