import { PunctualError, type SessionDetail } from "@punctual/contract";
import type { Deps, MemberIdentity } from "../../actions/deps.ts";
import { authorizeOnSession } from "../../permissions/authorize.ts";
import type { SessionAct } from "../../permissions/may.ts";
import { readMemberIds } from "../../store/members.ts";
import { readSession, readSessionAccess } from "../../store/read-sessions.ts";
import { readSessionPeople } from "../../store/session-people.ts";
import { presentSessionDetail } from "../../views/session.ts";

/** Throws `session_not_found`, and `not_allowed` unless the member may do this to the session. */
export async function authorizeAct(
  deps: Deps,
  member: MemberIdentity,
  sessionId: string,
  act: SessionAct,
): Promise<void> {
  const access = await deps.db.readAs(member.accountId, (read) =>
    readSessionAccess(read, member, sessionId),
  );
  if (access === null) throw new PunctualError("session_not_found");
  authorizeOnSession(member, act, access);
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

/** One session as the API shows it. Throws `session_not_found`. */
export async function showSession(
  deps: Deps,
  { accountId }: MemberIdentity,
  sessionId: string,
): Promise<SessionDetail> {
  const [row, people] = await deps.db.readAs(accountId, (read) =>
    Promise.all([
      readSession(read, accountId, sessionId),
      readSessionPeople(read, accountId, sessionId),
    ]),
  );
  if (row === null) throw new PunctualError("session_not_found");
  return presentSessionDetail({ row, people }, deps.limitsOf(row.channel_kind));
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
