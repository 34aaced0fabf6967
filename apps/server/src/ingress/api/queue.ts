import { PlaceInLine, QueuePage, QueueQuery, SessionParams } from "@punctual/contract";
import { authorize } from "../../permissions/authorize.ts";
import {
  readLinePace,
  readPlaceInLine,
  readQueue,
  readQueueLength,
} from "../../store/read-queue.ts";
import { onlookerOf } from "../../store/visibility.ts";
import { presentPlace, presentQueueEntry } from "../../views/queue.ts";
import { memberOf } from "../auth/authenticate.ts";
import { requireInSight } from "./act.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

export function registerQueue(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/queue",
    {
      schema: {
        ...about("listQueue", "Sessions that wait for an agent, the longest wait first"),
        description:
          "The unassigned, and those whose agent keeps them until another is eligible. Positions are those in the whole line; an agent gets the sessions they see. The expected wait is the position times the mean time between the last 20 sessions that left the line within an hour.",
        querystring: QueueQuery,
        response: { 200: QueuePage, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      const { accountId } = member;
      authorize(member, "readSessions");
      return await deps.db.readAs(accountId, async (read) => {
        const page = await readQueue(read, accountId, onlookerOf(member), request.query);
        const pace = await readLinePace(read, accountId);
        return {
          length: await readQueueLength(read, accountId),
          entries: page.items.map((row) => presentQueueEntry(row, pace)),
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
        return { place: presentPlace(place, await readLinePace(read, accountId)) };
      });
    },
  );
}

function about(operationId: string, summary: string) {
  return { operationId, summary, tags: ["Sessions"] };
}
