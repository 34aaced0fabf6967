import { PunctualError, type SessionAct } from "@punctual/contract";
import { authorizeOnSession } from "../permissions/authorize.ts";
import type { SessionAccess } from "../permissions/may.ts";
import type { Tx } from "../platform/database.ts";
import { readSessionAccess } from "../store/session-access.ts";
import type { MemberIdentity } from "./deps.ts";

/** Who wants something of a locked session. */
interface OnLocked {
  readonly accountId: string;
  readonly sessionId: string;
  readonly by: MemberIdentity;
}

/**
 * Judges an act once more, under the session's lock: since the request came, somebody else may have taken
 * the session. Costs nothing where the locked row says enough. Throws `session_not_found` and `not_allowed`.
 */
export async function authorizeLocked(
  tx: Tx,
  { sessionId, by }: OnLocked,
  act: SessionAct,
  assigneeId: string | null,
): Promise<SessionAccess> {
  if (by.role !== "agent" || assigneeId === by.id) {
    return { assigneeId, supports: false, reached: true };
  }
  const access = await readSessionAccess(tx, by, sessionId);
  if (access === null) throw new PunctualError("session_not_found");
  authorizeOnSession({ id: by.id, role: access.role }, act, access);
  return access;
}
