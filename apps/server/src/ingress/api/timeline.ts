import { PageQuery, PunctualError, SessionParams, TimelinePage } from "@punctual/contract";
import { authorize } from "../../permissions/authorize.ts";
import { readSessionHolder } from "../../store/read-sessions.ts";
import { readTimeline } from "../../store/read-timeline.ts";
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
      const { accountId, ...member } = memberOf(request);
      authorize(member, "readSessions");
      const { sessionId } = request.params;
      const { cursor, limit } = request.query;
      const page = await deps.db.readAs(accountId, async (read) => {
        const session = await readSessionHolder(read, accountId, sessionId);
        if (session === null) throw new PunctualError("session_not_found");
        return await readTimeline(read, accountId, sessionId, { cursor, limit });
      });
      return { entries: page.items.map(presentTimelineEntry), nextCursor: page.next };
    },
  );
}
