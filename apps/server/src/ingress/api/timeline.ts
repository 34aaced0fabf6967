import {
  PunctualError,
  SessionParams,
  TimelineHeaders,
  TimelinePage,
  TimelineQuery,
} from "@punctual/contract";
import { authorize } from "../../permissions/authorize.ts";
import { readMemberNames } from "../../store/members.ts";
import { readTimeline } from "../../store/read-timeline.ts";
import { readSessionAccess } from "../../store/session-access.ts";
import { presentTimeline, type SentenceLanguage } from "../../views/timeline-entry.ts";
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
        headers: TimelineHeaders,
        querystring: TimelineQuery,
        response: { 200: TimelinePage, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      const { accountId } = member;
      authorize(member, "readSessions");
      const { sessionId } = request.params;
      const { cursor, limit, timeZone = null } = request.query;
      const language = languageOf(request.headers["accept-language"]);
      return await deps.db.readAs(accountId, async (read) => {
        const session = await readSessionAccess(read, member, sessionId);
        if (session === null) throw new PunctualError("session_not_found");
        const page = await readTimeline(read, accountId, sessionId, { cursor, limit });
        const memberNames = await readMemberNames(read, accountId);
        const entries = presentTimeline(page.items, { language, timeZone, memberNames });
        return { entries, nextCursor: page.next };
      });
    },
  );
}

/** The language that is named first, of those that sentences are said in. */
function languageOf(accepted = ""): SentenceLanguage {
  const named = accepted.split(",").map((range) => range.trim().slice(0, 2).toLowerCase());
  return named.find((tag): tag is SentenceLanguage => tag === "en" || tag === "vi") ?? "en";
}
