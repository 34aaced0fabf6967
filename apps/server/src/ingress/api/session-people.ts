import { type SessionAct, SessionPersonParams } from "@punctual/contract";
import type { MemberIdentity } from "../../actions/deps.ts";
import { addSessionPerson, dropSessionPerson } from "../../actions/session-people.ts";
import { memberOf } from "../auth/authenticate.ts";
import { about } from "./about-session.ts";
import { actOnSession, authorizeAct, requireInSight, requireMember, showSession } from "./act.ts";
import type { ApiContext, ApiServer } from "./api.ts";

/** Who helps in a session, and who watches it. */
export function registerSessionPeople(app: ApiServer, { deps }: ApiContext): void {
  for (const [path, role] of ROLES) {
    app.put(
      `/sessions/:sessionId/${path}/:memberId`,
      { schema: aboutPerson(`add_${role}`) },
      async (request) => {
        const by = memberOf(request);
        const { sessionId, memberId } = request.params;
        const act = bringing(by, memberId);
        await authorizeAct(deps, by, sessionId, act);
        await requireMember(deps, by.accountId, memberId);
        return await actOnSession(deps, by, sessionId, act, (on) =>
          addSessionPerson(deps, { ...on, memberId, role }),
        );
      },
    );

    app.delete(
      `/sessions/:sessionId/${path}/:memberId`,
      { schema: aboutPerson(`remove_${role}`) },
      async (request) => {
        const by = memberOf(request);
        const { sessionId, memberId } = request.params;
        if (memberId === by.id) await requireInSight(deps, by, sessionId);
        else await authorizeAct(deps, by, sessionId, "invite");
        await dropSessionPerson(deps, { accountId: by.accountId, sessionId, by, memberId, role });
        return await showSession(deps, by, sessionId);
      },
    );
  }
}

const ROLES = [
  ["supporters", "supporter"],
  ["followers", "follower"],
] as const;

/** Joining is another thing than bringing others in. */
function bringing(by: MemberIdentity, memberId: string): SessionAct {
  return by.id === memberId ? "follow" : "invite";
}

const SUMMARIES = {
  add_supporter: ["addSupporter", "Invite a member to help: they may write to the customer"],
  remove_supporter: ["removeSupporter", "Send a supporter away, or leave"],
  add_follower: ["addFollower", "Follow a session, or let somebody follow it"],
  remove_follower: ["removeFollower", "Follow a session no longer"],
} as const;

function aboutPerson(route: keyof typeof SUMMARIES) {
  const [operationId, summary] = SUMMARIES[route];
  return { ...about(operationId, summary), params: SessionPersonParams };
}
