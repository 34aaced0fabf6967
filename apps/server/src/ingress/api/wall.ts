import { Wall } from "@punctual/contract";
import { authorize } from "../../permissions/authorize.ts";
import { PacedReads } from "../../platform/paced-reads.ts";
import { startOfDay } from "../../platform/start-of-day.ts";
import { readBusinessHours } from "../../store/business-hours.ts";
import { readNow } from "../../store/now.ts";
import { readAnsweredSince, readChannelNames, readWallMembers } from "../../store/read-wall.ts";
import { readLongestWait, readSessionTallies } from "../../store/session-tallies.ts";
import { presentWall } from "../../views/wall.ts";
import { memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

export function registerWall(app: ApiServer, context: ApiContext): void {
  const walls = new PacedReads((accountId) => readWall(context, accountId));

  app.get(
    "/wall",
    {
      schema: {
        operationId: "getWall",
        summary: "How the business stands: what is open, who waits, who holds what",
        description: "Never older than the question; everybody who watches shares one reading.",
        tags: ["Sessions"],
        response: { 200: Wall, default: problems },
      },
    },
    async (request) => {
      const { accountId, ...member } = memberOf(request);
      authorize(member, "readWall");
      return await walls.get(accountId);
    },
  );
}

async function readWall({ deps }: ApiContext, accountId: string): Promise<Wall> {
  return await deps.db.readAs(accountId, async (read) => {
    const countedAt = await readNow(read);
    const tallies = await readSessionTallies(read, accountId);
    const timeZone = (await readBusinessHours(read, accountId))?.timeZone ?? "UTC";
    const from = startOfDay(countedAt, timeZone);
    const [longestWait, answered, members, channels] = await Promise.all([
      readLongestWait(read, accountId),
      readAnsweredSince(read, accountId, from),
      readWallMembers(read, accountId),
      readChannelNames(read, accountId),
    ]);
    const today = { from, timeZone, ...answered };
    return presentWall({ countedAt, tallies, longestWait, today, members, channels });
  });
}
