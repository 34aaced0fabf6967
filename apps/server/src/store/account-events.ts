import type { Tx } from "../platform/database.ts";
import type { MemberKey } from "./presence.ts";

/**
 * Tells the account's clients that something they may show has changed; they fetch it again. The
 * payload names what changed and never carries it: rules and channels are for admins only.
 */
export function writeAccountEvent(
  tx: Tx,
  accountId: string,
  event: { readonly type: string; readonly payload: Readonly<Record<string, unknown>> },
): void {
  tx.write(
    `insert into events (account_id, type, at, payload) values ($1, $2, now_ms(), $3::json)`,
    [accountId, event.type, JSON.stringify(event.payload)],
  );
}

/** Tells the account's clients what changed about a session besides its state; they lay it over. */
export function writeSessionEvent(
  tx: Tx,
  of: { readonly accountId: string; readonly sessionId: string },
  event: { readonly type: string; readonly payload: Readonly<Record<string, unknown>> },
): void {
  tx.write(
    `insert into events (account_id, type, session_id, at, payload)
     values ($1, $2, $3, now_ms(), $4::json)`,
    [of.accountId, event.type, of.sessionId, JSON.stringify(event.payload)],
  );
}

/**
 * Says that a member may have lost access, or has another role: every node checks the member's live
 * connections again at once. Sent to the member alone.
 */
export function writeAccessChanged(tx: Tx, { accountId, memberId }: MemberKey): void {
  tx.write(
    `insert into events (account_id, type, member_id, at, payload)
     values ($1, '${ACCESS_CHANGED}', $2, now_ms(), '{}')`,
    [accountId, memberId],
  );
}

/** The type of that event. */
export const ACCESS_CHANGED = "access.changed";
