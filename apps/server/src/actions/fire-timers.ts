import type { Tx } from "../platform/database.ts";
import {
  claimDueSessions,
  claimSessionsStillDue,
  type LoadedSession,
  type SessionKey,
} from "../store/load-sessions.ts";
import { commitDecisions } from "./commit-decisions.ts";
import type { Deps } from "./deps.ts";
import { type FiredTimer, firedTimers } from "./fired-timers.ts";
import { type CommitPart, commitOrSplit, splitBatch } from "./split-batch.ts";

export interface Fired {
  /** Sessions claimed; as many as the limit means that there may be more. */
  readonly claimed: number;
  readonly fired: readonly FiredTimer[];
}

/**
 * Decides sessions whose nearest deadline has come, as one batch in one commit. When the batch fails for
 * a reason of its own, it is split until the guilty session is alone; that one is parked, with its
 * error where an admin sees it, and the others go on (architecture.md, rule 2).
 * @param from no earlier deadline is looked for, epoch ms; 0: any.
 */
export async function fireTimers(deps: Deps, limit: number, from = 0): Promise<Fired> {
  const claimed: LoadedSession[] = [];
  try {
    const fired = await fire(deps, async (tx) => {
      claimed.push(...(await claimDueSessions(tx, limit, from)));
      return claimed;
    });
    return { claimed: claimed.length, fired };
  } catch (error) {
    return { claimed: claimed.length, fired: await splitBatch(deps, claimed, error, firing(deps)) };
  }
}

/** Decides these parked sessions once more; one that fails again waits longer. */
export async function retryParkedSessions(deps: Deps, keys: readonly SessionKey[]): Promise<void> {
  for (const key of keys) await commitOrSplit(deps, [key], firing(deps));
}

/** Meanwhile others may have decided some of these: they are due no more, and left alone. */
function firing(deps: Deps): CommitPart<FiredTimer> {
  return (part) => fire(deps, (tx) => claimSessionsStillDue(tx, part));
}

async function fire(
  deps: Deps,
  load: (tx: Tx) => Promise<LoadedSession[]>,
): Promise<readonly FiredTimer[]> {
  return await commitDecisions(deps, load, accountsThatReassign, ({ batch }, sessions) =>
    sessions.flatMap((session) => {
      // A save that is still to reach it may call for routing that this batch didn't prepare: it is brought
      // up to date, and what is due by the new settings is claimed at once.
      if (batch.decide(session.id, { type: "settingsApplied" }).type === "decided") return [];
      const decision = batch.decide(session.id, { type: "timePassed" });
      if (decision.type === "decided") return firedTimers(decision.effects);
      if (session.parked) return batch.unpark(session.id);
      // Its columns and its facts disagree. Putting it back would claim it for ever: it is parked.
      throw new Error(`session ${session.id} is due but ${decision.type}`);
    }),
  );
}

/** Accounts whose routing may be needed: only a reassignment gives a session to somebody. */
function accountsThatReassign(sessions: readonly LoadedSession[]): ReadonlySet<string> {
  const reassigning = sessions.filter((session) => session.deadlines.reassignAt !== null);
  return new Set(reassigning.map((session) => session.accountId));
}
