import type { Row, Tx } from "../platform/database.ts";

export interface LockedSession {
  readonly lastWaitNumber: number;
  /** `null`: nobody holds it. */
  readonly assigneeId: string | null;
}

/** Locks a session for a change that needs no decision; `null`: the account has none of that id. */
export async function lockSession(
  tx: Tx,
  { accountId, sessionId }: { readonly accountId: string; readonly sessionId: string },
): Promise<LockedSession | null> {
  const [row] = await tx.query<LockedSession & Row>(
    `select last_wait_number as "lastWaitNumber", assignee_id as "assigneeId" from sessions
     where account_id = $1 and id = $2 for update`,
    [accountId, sessionId],
  );
  return row ?? null;
}
