import { SessionDetail, SessionPage, SessionParams, SessionsQuery } from "@punctual/contract";
import type { MemberIdentity } from "../../actions/deps.ts";
import { authorize } from "../../permissions/authorize.ts";
import { readSessions, type SessionFilter } from "../../store/read-sessions.ts";
import { readOnlooker } from "../../store/visibility.ts";
import { presentSession } from "../../views/session.ts";
import { memberOf } from "../auth/authenticate.ts";
import { loadSessionInSight } from "./act.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

export function registerSessions(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/sessions",
    {
      schema: {
        operationId: "listSessions",
        summary: "List sessions",
        description:
          "An agent's: their own, the unassigned of their channels, those they support or follow, and those they held in the running wait. Sorts: `nextDeadline` (default; what is overdue comes first), `longestWaiting`, `newest` (opened last). Sessions without a deadline or a wait come last, and closed ones after them, newest first.",
        tags: ["Sessions"],
        querystring: SessionsQuery,
        response: { 200: SessionPage, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      const wantsParked = request.query.parked === true;
      authorize(member, wantsParked ? "readParkedSessions" : "readSessions");
      const page = await deps.db.readAs(member.accountId, async (read) => {
        const onlooker = await readOnlooker(read, member);
        const filter = { ...filterOf(member, request.query), onlooker };
        return await readSessions(read, member.accountId, filter);
      });
      return { sessions: page.items.map(presentSession), nextCursor: page.next };
    },
  );

  app.get(
    "/sessions/:sessionId",
    {
      schema: {
        operationId: "getSession",
        summary: "One session with its facts and deadlines",
        tags: ["Sessions"],
        params: SessionParams,
        response: { 200: SessionDetail, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      authorize(member, "readSessions");
      return await loadSessionInSight(deps, member, request.params.sessionId);
    },
  );
}

function filterOf(member: MemberIdentity, query: SessionsQuery): Omit<SessionFilter, "onlooker"> {
  const {
    ids,
    assignee,
    team,
    joined,
    tag,
    category,
    needsReview,
    overdue,
    dueSoon,
    channel,
    text,
    parked,
    sort,
    cursor,
    limit,
  } = query;
  return {
    ids,
    state: stateOf(query),
    assigneeId: assignee === "none" ? null : assignee === "me" ? member.id : assignee,
    teamId: team,
    joined: joined === undefined ? undefined : { by: member.id, is: joined },
    tagId: tag,
    categoryId: category,
    needsReview,
    overdue,
    dueSoon,
    channelId: channel,
    text,
    parked,
    viewerId: member.id,
    sort,
    cursor,
    limit: ids?.length ?? limit,
  };
}

/** What is asked for decides where to look, unless the query says. */
function stateOf({ ids, state, parked, needsReview }: SessionsQuery): SessionFilter["state"] {
  if (state !== undefined) return state;
  if (ids !== undefined) return "all";
  if (needsReview === true) return "closed";
  return parked === true ? "all" : "open";
}
