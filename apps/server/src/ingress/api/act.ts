import { PunctualError, type SessionAct, type SessionDetail } from "@punctual/contract";
import type { Deps, MemberIdentity } from "../../actions/deps.ts";
import { authorizeOnSession } from "../../permissions/authorize.ts";
import { allowedActsOnSession } from "../../permissions/may.ts";
import { readMemberIds } from "../../store/members.ts";
import { readSession } from "../../store/read-sessions.ts";
import { readSessionAccess, wasJustTaken } from "../../store/session-access.ts";
import { readSessionPeople } from "../../store/session-people.ts";
import { presentSessionDetail } from "../../views/session.ts";

/**
 * Throws `session_not_found` when the member doesn't see such a session, and `not_allowed` unless they
 * may do this to it.
 */
export async function authorizeAct(
  deps: Deps,
  member: MemberIdentity,
  sessionId: string,
  act: SessionAct,
): Promise<void> {
  const { access, late } = await deps.db.readAs(member.accountId, async (read) => {
    const found = await readSessionAccess(read, member, sessionId);
    const isLate =
      found === null && act === "take" && (await wasJustTaken(read, member, sessionId));
    return { access: found, late: isLate };
  });
  // Whoever comes second is told who was first, though the session is out of their sight by then.
  if (late) return;
  if (access === null) throw new PunctualError("session_not_found");
  authorizeOnSession({ id: member.id, role: access.role }, act, access);
}

/** Throws `session_not_found` when the member doesn't see such a session. */
export async function requireInSight(
  deps: Deps,
  member: MemberIdentity,
  sessionId: string,
): Promise<void> {
  const access = await deps.db.readAs(member.accountId, (read) =>
    readSessionAccess(read, member, sessionId),
  );
  if (access === null) throw new PunctualError("session_not_found");
}

/** What an act is done with: to which session, and by whom. */
export interface ActOn {
  readonly accountId: string;
  readonly sessionId: string;
  readonly by: MemberIdentity;
}

/** Authorises an act on a session, does it, and gives the session as it is afterwards. */
export async function actOnSession(
  deps: Deps,
  member: MemberIdentity,
  sessionId: string,
  act: SessionAct,
  work: (on: ActOn) => Promise<void>,
): Promise<SessionDetail> {
  const { accountId } = member;
  await authorizeAct(deps, member, sessionId, act);
  await work({ accountId, sessionId, by: member });
  return await showSession(deps, member, sessionId);
}

/** One session as the API shows it to a member who sees it. Throws `session_not_found`. */
export async function loadSessionInSight(
  deps: Deps,
  member: MemberIdentity,
  sessionId: string,
): Promise<SessionDetail> {
  const { session, inSight } = await loadSession(deps, member, sessionId);
  if (!inSight) throw new PunctualError("session_not_found");
  return session;
}

/**
 * One session as the API shows it after an act, which may have taken it out of the member's sight. Throws
 * `session_not_found`.
 */
export async function showSession(
  deps: Deps,
  member: MemberIdentity,
  sessionId: string,
): Promise<SessionDetail> {
  const { session } = await loadSession(deps, member, sessionId);
  return session;
}

async function loadSession(
  deps: Deps,
  member: MemberIdentity,
  sessionId: string,
): Promise<{ readonly session: SessionDetail; readonly inSight: boolean }> {
  const { accountId, id } = member;
  const [row, people, access] = await deps.db.readAs(accountId, (read) =>
    Promise.all([
      readSession(read, { accountId, viewerId: id }, sessionId),
      readSessionPeople(read, accountId, sessionId),
      readSessionAccess(read, member, sessionId),
    ]),
  );
  if (row === null) throw new PunctualError("session_not_found");
  const may = access === null ? [] : allowedActsOnSession({ id, role: access.role }, access);
  const limits = deps.limitsOf(row.channel_kind);
  return {
    session: presentSessionDetail({ row, people, may }, limits),
    inSight: access !== null,
  };
}

/** Throws `member_not_found` unless the business has such a member, active or not. */
export async function requireMember(
  deps: Deps,
  accountId: string,
  memberId: string,
): Promise<void> {
  const known = await deps.db.readAs(accountId, (read) =>
    readMemberIds(read, accountId, [memberId]),
  );
  if (!known.has(memberId)) throw new PunctualError("member_not_found");
}
