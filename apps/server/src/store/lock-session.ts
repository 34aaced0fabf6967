import type { Tx } from "../platform/database.ts";

/** Locks a session for a change that needs no decision; `false`: the account has none of that id. */
export async function lockSession(
  tx: Tx,
  { accountId, sessionId }: { readonly accountId: string; readonly sessionId: string },
): Promise<boolean> {
  const rows = await tx.query(
    "select id from sessions where account_id = $1 and id = $2 for update",
    [accountId, sessionId],
  );
  return rows.length > 0;
}
