import type { Tx } from "../platform/database.ts";
import type { LoadedSession } from "../store/load-sessions.ts";
import { DecisionBatch } from "./decision-batch.ts";
import type { Deps } from "./deps.ts";
import { loadWorld } from "./world.ts";

/** What a transaction of decisions is given: the connection and the batch to decide in. */
export interface Deciding {
  readonly tx: Tx;
  readonly batch: DecisionBatch;
  /** The database's clock, read under the locks. */
  readonly now: number;
}

/**
 * The one way to decide: lock sessions, load what decisions look at, decide, write everything with the
 * commit, and only then tell the loops. Gives what `decideAll` gave.
 * @param load locks and loads the sessions, always in the same order for everybody.
 * @param routes accounts in which a decision may assign somebody.
 */
export async function commitDecisions<T>(
  deps: Deps,
  load: (tx: Tx) => Promise<readonly LoadedSession[]>,
  routes: (sessions: readonly LoadedSession[]) => ReadonlySet<string>,
  decideAll: (deciding: Deciding, sessions: readonly LoadedSession[]) => T | Promise<T>,
): Promise<T> {
  const { result, batch } = await deps.db.transaction(async (tx) => {
    const sessions = await load(tx);
    const world = await loadWorld(tx, deps, sessions, routes(sessions));
    const batch = new DecisionBatch(world);
    for (const session of sessions) batch.add(session);
    const result = await decideAll({ tx, batch, now: world.now }, sessions);
    batch.apply(tx);
    return { result, batch };
  });
  tellLoops(deps, batch);
  return result;
}

/** Wakes whoever has something to do after the commit. */
export function tellLoops(deps: Deps, batch: DecisionBatch): void {
  const { signals } = deps;
  if (batch.nearestDeadline !== null) signals.deadlineAt(batch.nearestDeadline);
  if (batch.hasSends) signals.outbox();
  if (batch.hasEvents) signals.events();
  if (batch.hasAlerts) signals.alerts();
  for (const accountId of batch.linesMoved) signals.line(accountId);
}

/** Every account of the sessions: a decision about any of them may assign somebody. */
export function accountsOf(sessions: readonly LoadedSession[]): ReadonlySet<string> {
  return new Set(sessions.map((session) => session.accountId));
}

const NOBODY: ReadonlySet<string> = new Set();

/** No decision of the batch can assign anybody. */
export function noRouting(): ReadonlySet<string> {
  return NOBODY;
}
