import { ReadBody } from "@punctual/contract";
import { markRead, markUnread } from "../../actions/read-session.ts";
import { memberOf } from "../auth/authenticate.ts";
import { about } from "./about-session.ts";
import { requireInSight, showSession } from "./act.ts";
import type { ApiContext, ApiServer } from "./api.ts";
import { optionalBody } from "./optional-body.ts";

/** What the member has read: theirs alone, and nobody else's business. */
export function registerSessionReads(app: ApiServer, { deps }: ApiContext): void {
  app.post(
    "/sessions/:sessionId/read",
    {
      schema: { ...about("readSession", "Say how far you have read"), body: ReadBody },
      preValidation: optionalBody,
    },
    async (request) => {
      const member = memberOf(request);
      const { accountId, id: memberId } = member;
      const { sessionId } = request.params;
      await requireInSight(deps, member, sessionId);
      await markRead(deps, { accountId, memberId, sessionId, ...request.body });
      return await showSession(deps, member, sessionId);
    },
  );

  app.post(
    "/sessions/:sessionId/unread",
    { schema: about("unreadSession", "Mark as unread, for you alone") },
    async (request) => {
      const member = memberOf(request);
      const { accountId, id: memberId } = member;
      const { sessionId } = request.params;
      await requireInSight(deps, member, sessionId);
      await markUnread(deps, { accountId, memberId, sessionId });
      return await showSession(deps, member, sessionId);
    },
  );
}
