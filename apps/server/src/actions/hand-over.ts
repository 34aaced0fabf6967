import type { Tx } from "../platform/database.ts";
import {
  claimSessionsToHandOver,
  type LoadedSession,
  loadSessionsToHandOver,
} from "../store/load-sessions.ts";
import { accountsOf, commitDecisions, type Deciding } from "./commit-decisions.ts";
import type { Deps } from "./deps.ts";
import { splitBatch } from "./split-batch.ts";

const BATCH = 500;

/**
 * Gives the open sessions of deactivated members away by the rules (clock.md §8: those with a wait move, the
 * others become unassigned). Nothing is remembered of it: whatever an inactive member still holds is
 * found again, by any node, also when it came to them in the moment they were deactivated.
 * @param withinMs only of members deactivated so recently; `null`: of all.
 */
export async function handOver(deps: Deps, withinMs: number | null): Promise<void> {
  for (;;) {
    const claimed = await handOverBatch(deps, withinMs);
    if (claimed < BATCH) return;
  }
}

async function handOverBatch(deps: Deps, withinMs: number | null): Promise<number> {
  const claimed: LoadedSession[] = [];
  try {
    const load = async (tx: Tx) => {
      claimed.push(...(await claimSessionsToHandOver(tx, BATCH, withinMs)));
      return claimed;
    };
    await commitDecisions(deps, load, accountsOf, decideAll);
  } catch (error) {
    await splitBatch(deps, claimed, error, (part) =>
      commitDecisions(deps, (tx) => loadSessionsToHandOver(tx, part), accountsOf, decideAll),
    );
  }
  return claimed.length;
}

function decideAll({ batch }: Deciding, sessions: readonly LoadedSession[]) {
  return sessions.map(({ id }) => batch.decide(id, { type: "assigneeDeactivated" }));
}
