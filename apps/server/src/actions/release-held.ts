import { claimHeldSessions } from "../store/load-sessions.ts";
import { accountsOf, commitDecisions } from "./commit-decisions.ts";
import type { Deps } from "./deps.ts";

const BATCH = 500;

/**
 * After the hold: decides every session whose close or reassignment was held back, once, at the present
 * time (clock.md §6). Resumable: what is not released yet is still marked. Gives how many were released.
 */
export async function releaseHeld(deps: Deps): Promise<number> {
  let released = 0;
  for (;;) {
    const count = await commitDecisions(
      deps,
      (tx) => claimHeldSessions(tx, BATCH),
      accountsOf,
      ({ batch }, sessions) => {
        for (const { id } of sessions) batch.decide(id, { type: "holdEnded" });
        return sessions.length;
      },
    );
    released += count;
    if (count < BATCH) return released;
  }
}
