import type { Tx } from "../platform/database.ts";

/** Locks a session for a change that needs no decision; `null`: the account has none of that id. */
export async function lockSession(
  tx: Tx,
  { accountId, sessionId }: { readonly accountId: string; readonly sessionId: string },
): Promise<{ readonly lastWaitNumber: number } | null> {
  const [row] = await tx.query<{ last_wait_number: number }>(
    "select last_wait_number from sessions where account_id = $1 and id = $2 for update",
    [accountId, sessionId],
  );
  return row === undefined ? null : { lastWaitNumber: row.last_wait_number };
}
