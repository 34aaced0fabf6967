import { PlaceInLine, QueuePage, QueueQuery, SessionParams } from "@punctual/contract";
import type { LinePace } from "@punctual/session";
import { authorize } from "../../permissions/authorize.ts";
import {
  readLinePace,
  readPlaceInLine,
  readQueue,
  readQueueLength,
} from "../../store/read-queue.ts";
import { readOnlooker } from "../../store/visibility.ts";
import { presentPlace, presentQueueEntry } from "../../views/queue.ts";
import { memberOf } from "../auth/authenticate.ts";
import { requireInSight } from "./act.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

const NO_PACE: LinePace = { left: 0, withinMs: 0 };

export function registerQueue(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/queue",
    {
      schema: {
        ...about("listQueue", "Sessions that wait for an agent, the longest wait first"),
        description:
          "The unassigned, and those whose agent keeps them until another is eligible. Sessions that were transferred to a team have a line of their own. Positions are those in the whole line; an agent gets the sessions they see. The expected wait is the position times the mean time between the last 20 sessions that left the line within an hour.",
        querystring: QueueQuery,
        response: { 200: QueuePage, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      const { accountId } = member;
      authorize(member, "readSessions");
      return await deps.db.readAs(accountId, async (read) => {
        const onlooker = await readOnlooker(read, member);
        const page = await readQueue(read, accountId, onlooker, request.query);
        const paces = new Map<string | null, LinePace>();
        for (const teamId of new Set(page.items.map((row) => row.team_id))) {
          paces.set(teamId, await readLinePace(read, accountId, teamId));
        }
        return {
          length: await readQueueLength(read, accountId),
          entries: page.items.map((row) =>
            presentQueueEntry(row, paces.get(row.team_id) ?? NO_PACE),
          ),
          nextCursor: page.next,
        };
      });
    },
  );

  app.get(
    "/sessions/:sessionId/place-in-line",
    {
      schema: {
        ...about("getPlaceInLine", "A session's place in the queue, to show it to the customer"),
        params: SessionParams,
        response: { 200: PlaceInLine, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      const { accountId } = member;
      const { sessionId } = request.params;
      authorize(member, "readSessions");
      await requireInSight(deps, member, sessionId);
      return await deps.db.readAs(accountId, async (read) => {
        const place = await readPlaceInLine(read, accountId, sessionId);
        if (place === null) return { place: null };
        const pace = await readLinePace(read, accountId, place.team_id);
        return { place: presentPlace(place, pace) };
      });
    },
  );
}

function about(operationId: string, summary: string) {
  return { operationId, summary, tags: ["Sessions"] };
}
