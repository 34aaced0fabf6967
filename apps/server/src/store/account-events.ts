import type { EventContent, EventType } from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import type { MemberKey } from "./presence.ts";

/**
 * Tells the account's clients that something they may show has changed; they fetch it again. The
 * payload names what changed and never carries it: rules and channels are for admins only.
 */
export function writeAccountEvent(tx: Tx, accountId: string, event: EventContent): void {
  tx.write(
    `insert into events (account_id, type, at, payload) values ($1, $2, now_ms(), $3::json)`,
    [accountId, event.type, JSON.stringify(event.payload)],
  );
}

/** As above, to one member alone. */
export function writeMemberEvent(
  tx: Tx,
  { accountId, memberId }: MemberKey,
  event: { readonly type: string; readonly payload: Readonly<Record<string, unknown>> },
): void {
  tx.write(
    `insert into events (account_id, type, member_id, at, payload)
     values ($1, $2, $3, now_ms(), $4::json)`,
    [accountId, event.type, memberId, JSON.stringify(event.payload)],
  );
}

/**
 * Tells clients what changed about a session besides its state; they lay it over. `lostBy`: members whom
 * this took the session out of sight, unless they see it for another reason.
 */
export function writeSessionEvent(
  tx: Tx,
  of: { readonly accountId: string; readonly sessionId: string },
  event: EventContent,
  lostBy: readonly string[] = [],
): void {
  const lost = lostBy.length === 0 ? null : JSON.stringify({ members: lostBy, queue: false });
  tx.write(
    `insert into events (account_id, type, session_id, at, payload, lost_by)
     values ($1, $2, $3, now_ms(), $4::json, $5::json)`,
    [of.accountId, event.type, of.sessionId, JSON.stringify(event.payload), lost],
  );
}

/** Tells something of a session to these members alone. */
export function writeSessionEventFor(
  tx: Tx,
  of: { readonly accountId: string; readonly sessionId: string },
  memberIds: readonly string[],
  event: EventContent,
): void {
  tx.write(
    `insert into events (account_id, type, session_id, member_id, at, payload)
     select $1, $2, $3, given.id, now_ms(), $5::json from unnest($4::uuid[]) as given (id)`,
    [of.accountId, event.type, of.sessionId, memberIds, JSON.stringify(event.payload)],
  );
}

/** Says that members see other sessions than before: their clients are told to load afresh. */
export function writeSightChanged(tx: Tx, accountId: string, memberIds: readonly string[]): void {
  if (memberIds.length === 0) return;
  tx.write(
    `insert into events (account_id, type, member_id, at, payload)
     select $1, '${SIGHT_CHANGED}', given.id, now_ms(), '{}' from unnest($2::uuid[]) as given (id)`,
    [accountId, memberIds],
  );
}

/** The type of that event. It is never sent. */
export const SIGHT_CHANGED = "sight.changed";

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
export const ACCESS_CHANGED = "access.changed" satisfies EventType;

/** A type of events in SQL, where the compiler wouldn't see a slip. */
export function eventType(type: EventType): string {
  return `'${type}'`;
}
