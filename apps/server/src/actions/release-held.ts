import type { LoadedSession, SessionKey } from "../store/load-sessions.ts";
import { claimHeldSessions, loadSessionsForUpdate } from "../store/load-sessions.ts";
import { accountsOf, commitDecisions, type Deciding } from "./commit-decisions.ts";
import type { Deps } from "./deps.ts";
import { splitBatch } from "./split-batch.ts";

const BATCH = 500;

/**
 * After the hold: decides every session whose close or reassignment was held back, once, at the present
 * time (clock.md §6). Resumable: what is not released yet is still marked. Gives how many were released.
 */
export async function releaseHeld(deps: Deps): Promise<number> {
  let released = 0;
  for (;;) {
    const { claimed, done } = await releaseBatch(deps);
    released += done;
    if (claimed < BATCH) return released;
  }
}

async function releaseBatch(deps: Deps): Promise<{ claimed: number; done: number }> {
  const claimed: LoadedSession[] = [];
  try {
    const load = async (tx: Deciding["tx"]) => {
      claimed.push(...(await claimHeldSessions(tx, BATCH)));
      return claimed;
    };
    const done = await commitDecisions(deps, load, accountsOf, endHold);
    return { claimed: claimed.length, done: done.length };
  } catch (error) {
    const done = await splitBatch(deps, claimed, error, (part) =>
      commitDecisions(deps, (tx) => loadSessionsForUpdate(tx, part), accountsOf, endHold),
    );
    return { claimed: claimed.length, done: done.length };
  }
}

function endHold({ batch }: Deciding, sessions: readonly SessionKey[]): readonly SessionKey[] {
  return sessions.filter(({ id }) => batch.decide(id, { type: "holdEnded" }).type === "decided");
}
