import { isTransient } from "../platform/transient.ts";
import type { SessionKey } from "../store/load-sessions.ts";
import { parkSession } from "../store/parked-sessions.ts";
import type { Deps } from "./deps.ts";

/** Decides some sessions in a commit of its own, and gives something for each that it decided. */
export type CommitPart<T> = (part: readonly SessionKey[]) => Promise<readonly T[]>;

/** Commits a batch: whole if it can be, in parts if one of its sessions can't be decided. */
export async function commitOrSplit<T>(
  deps: Deps,
  sessions: readonly SessionKey[],
  commit: CommitPart<T>,
): Promise<readonly T[]> {
  if (sessions.length === 0) return [];
  try {
    return await commit(sessions);
  } catch (error) {
    return await splitBatch(deps, sessions, error, commit);
  }
}

/**
 * Goes on after a batch failed: halves it until the guilty session is alone. That one is parked, with
 * its error where an admin sees it, and the others go through (architecture.md, rule 2). An error of the
 * moment is thrown again: nothing is parked for it.
 */
export async function splitBatch<T>(
  deps: Deps,
  sessions: readonly SessionKey[],
  error: unknown,
  commit: CommitPart<T>,
): Promise<readonly T[]> {
  const [first] = sessions;
  if (isTransient(error) || first === undefined) throw error;
  if (sessions.length === 1) {
    await park(deps, first, error);
    return [];
  }
  const half = Math.ceil(sessions.length / 2);
  const done = await commitOrSplit(deps, sessions.slice(0, half), commit);
  return [...done, ...(await commitOrSplit(deps, sessions.slice(half), commit))];
}

async function park(deps: Deps, session: SessionKey, error: unknown): Promise<void> {
  const { accountId, id: sessionId } = session;
  deps.logger.error({ err: error, accountId, sessionId }, "a session could not be decided: parked");
  await deps.db.transaction((tx) => parkSession(tx, session, String(error)));
}
