/**
 * Locks of parts of an account, held until the commit. They hold no row: who reads goes on. Whoever takes
 * several takes them in the order of this list, and before members, contacts and sessions, or two would
 * wait for each other for ever; `routing` alone comes behind the sessions that are routed.
 */
import type { Tx } from "../platform/database.ts";

export type AccountLock =
  /**
   * Roles and who is active: of two who remove each other's rights at once, the second finds an account as
   * the first left it. Shared by every change of the business while it asks whether its author may.
   */
  | "roles"
  /** Saves of the clock's settings get their numbers one after the other. */
  | "settings"
  | "teams"
  /** The catalogue of tags and categories; shared by those who tag, who don't wait for one another. */
  | "tags"
  | "quick replies"
  | "rules"
  /** Business hours. */
  | "hours"
  /** Turns and loads: who gives sessions to members sees what the one before gave. */
  | "routing";

/** Waits until nobody else holds it, then nobody else gets it. */
export function lockAccount(tx: Tx, what: AccountLock, accountId: string): void {
  tx.write(LOCK_SQL, [`${what}:${accountId}`]);
}

/** Waits until nobody holds it alone; others may share it. */
export function shareAccount(tx: Tx, what: AccountLock, accountId: string): void {
  tx.write(SHARE_SQL, [`${what}:${accountId}`]);
}

const LOCK_SQL = "select pg_advisory_xact_lock(hashtextextended($1, 0))";
const SHARE_SQL = "select pg_advisory_xact_lock_shared(hashtextextended($1, 0))";
