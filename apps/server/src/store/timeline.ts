import type { ActKind, Explanation } from "@punctual/session";
import type { Tx } from "../platform/database.ts";
import { eventType } from "./account-events.ts";

/**
 * Puts on a session's timeline what a person did beside the machine, under the latest wait. The caller
 * holds the session's lock. Told over the event log.
 */
export function writeAct(
  tx: Tx,
  of: { readonly accountId: string; readonly sessionId: string },
  act: { readonly kind: ActKind; readonly explanation: Explanation },
): void {
  tx.write(
    `with added as (
       insert into timeline (account_id, session_id, kind, at, wait_number, explanation)
       select account_id, id, $3, now_ms(), last_wait_number, $4::json
       from sessions where account_id = $1 and id = $2
       returning account_id, session_id, kind, at
     )
     insert into events (account_id, type, session_id, at, payload)
     select account_id, ${eventType("timeline.added")}, session_id, at,
       json_build_object('id', session_id, 'acts', json_build_array(kind)) from added`,
    [of.accountId, of.sessionId, act.kind, JSON.stringify(act.explanation)],
  );
}
