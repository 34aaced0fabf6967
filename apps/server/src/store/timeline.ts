import type { ActKind, Explanation } from "@punctual/session";
import type { Tx } from "../platform/database.ts";

/**
 * Puts on a session's timeline what a person did beside the machine, under the latest wait. The caller
 * holds the session's lock.
 */
export function writeAct(
  tx: Tx,
  of: { readonly accountId: string; readonly sessionId: string },
  act: { readonly kind: ActKind; readonly explanation: Explanation },
): void {
  tx.write(
    `insert into timeline (account_id, session_id, kind, at, wait_number, explanation)
     select account_id, id, $3, now_ms(), last_wait_number, $4::json
     from sessions where account_id = $1 and id = $2`,
    [of.accountId, of.sessionId, act.kind, JSON.stringify(act.explanation)],
  );
}
