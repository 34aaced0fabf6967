import { PageQuery, PunctualError, SessionParams, TimelinePage } from "@punctual/contract";
import { authorize } from "../../permissions/authorize.ts";
import { readMemberNames } from "../../store/members.ts";
import { readTimeline } from "../../store/read-timeline.ts";
import { readSessionAccess } from "../../store/session-access.ts";
import { presentTimelineEntry } from "../../views/timeline-entry.ts";
import { memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

export function registerTimeline(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/sessions/:sessionId/timeline",
    {
      schema: {
        operationId: "listTimeline",
        summary: "Every act on a session with its reason, newest first",
        tags: ["Sessions"],
        params: SessionParams,
        querystring: PageQuery,
        response: { 200: TimelinePage, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      const { accountId } = member;
      authorize(member, "readSessions");
      const { sessionId } = request.params;
      const { cursor, limit } = request.query;
      return await deps.db.readAs(accountId, async (read) => {
        const session = await readSessionAccess(read, member, sessionId);
        if (session === null) throw new PunctualError("session_not_found");
        const page = await readTimeline(read, accountId, sessionId, { cursor, limit });
        const names = await readMemberNames(read, accountId);
        const entries = page.items.map((row) => presentTimelineEntry(row, names));
        return { entries, nextCursor: page.next };
      });
    },
  );
}
