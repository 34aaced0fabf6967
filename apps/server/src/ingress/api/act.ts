import { PunctualError, type SessionDetail } from "@punctual/contract";
import type { Deps, MemberIdentity } from "../../actions/deps.ts";
import { authorizeOnSession } from "../../permissions/authorize.ts";
import type { SessionAct } from "../../permissions/may.ts";
import { readSession, readSessionHolder } from "../../store/read-sessions.ts";
import { presentSessionDetail } from "../../views/session.ts";

/** Throws `session_not_found`, and `not_allowed` unless the member may do this to the session. */
export async function authorizeAct(
  deps: Deps,
  member: MemberIdentity,
  sessionId: string,
  act: SessionAct,
): Promise<void> {
  const { accountId } = member;
  const holder = await deps.db.readAs(accountId, (read) =>
    readSessionHolder(read, accountId, sessionId),
  );
  if (holder === null) throw new PunctualError("session_not_found");
  authorizeOnSession(member, act, holder);
}

/** Authorises an act on a session, does it, and gives the session as it is afterwards. */
export async function actOnSession(
  deps: Deps,
  member: MemberIdentity,
  sessionId: string,
  act: SessionAct,
  work: (on: { accountId: string; sessionId: string; by: MemberIdentity }) => Promise<void>,
): Promise<SessionDetail> {
  const { accountId } = member;
  await authorizeAct(deps, member, sessionId, act);
  await work({ accountId, sessionId, by: member });
  const row = await deps.db.readAs(accountId, (read) => readSession(read, accountId, sessionId));
  if (row === null) throw new PunctualError("session_not_found");
  return presentSessionDetail(row, deps.limitsOf(row.channel_kind));
}
