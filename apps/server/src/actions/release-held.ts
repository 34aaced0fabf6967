import type { LoadedSession, SessionKey } from "../store/load-sessions.ts";
import { claimHeldSessions, loadSessionsForUpdate } from "../store/load-sessions.ts";
import { accountsOf, commitDecisions, type Deciding } from "./commit-decisions.ts";
import type { Deps } from "./deps.ts";
import type { Fired } from "./fire-timers.ts";
import { type FiredTimer, firedTimers } from "./fired-timers.ts";
import { splitBatch } from "./split-batch.ts";

const BATCH = 500;

/**
 * After the hold: decides every session whose close or reassignment was held back, once, at the present
 * time (clock.md §6). Resumable: what is not released yet is still marked. Gives what fired.
 */
export async function releaseHeld(deps: Deps): Promise<readonly FiredTimer[]> {
  const fired: FiredTimer[] = [];
  for (;;) {
    const batch = await releaseBatch(deps);
    fired.push(...batch.fired);
    if (batch.claimed < BATCH) return fired;
  }
}

async function releaseBatch(deps: Deps): Promise<Fired> {
  const claimed: LoadedSession[] = [];
  try {
    const load = async (tx: Deciding["tx"]) => {
      claimed.push(...(await claimHeldSessions(tx, BATCH)));
      return claimed;
    };
    const fired = await commitDecisions(deps, load, accountsOf, endHold);
    return { claimed: claimed.length, fired };
  } catch (error) {
    const fired = await splitBatch(deps, claimed, error, (part) =>
      commitDecisions(deps, (tx) => loadSessionsForUpdate(tx, part), accountsOf, endHold),
    );
    return { claimed: claimed.length, fired };
  }
}

function endHold({ batch }: Deciding, sessions: readonly SessionKey[]): readonly FiredTimer[] {
  return sessions.flatMap(({ id }) => {
    const decision = batch.decide(id, { type: "holdEnded" });
    return decision.type === "decided" ? firedTimers(decision.effects) : [];
  });
}
