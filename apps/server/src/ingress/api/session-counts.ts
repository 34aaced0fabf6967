import { SessionCounts } from "@punctual/contract";
import type { Deps, MemberIdentity } from "../../actions/deps.ts";
import { authorize } from "../../permissions/authorize.ts";
import { readReachedChannels } from "../../store/channel-limits.ts";
import { readChannelNames, readTeamNames } from "../../store/read-wall.ts";
import { readOwnCounts, readTalliesJoined } from "../../store/session-tallies.ts";
import { readOnlooker } from "../../store/visibility.ts";
import { presentSessionCounts } from "../../views/session-counts.ts";
import { memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

export function registerSessionCounts(app: ApiServer, { deps, tallies }: ApiContext): void {
  app.get(
    "/session-counts",
    {
      schema: {
        operationId: "countSessions",
        summary: "How many open sessions you see in each view",
        description:
          "Never older than the question. Asked for often, in a business with very many open sessions, it answers after up to two seconds.",
        tags: ["Sessions"],
        response: { 200: SessionCounts, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      authorize(member, "readSessions");
      const [{ countedAt, rows }, seen] = await Promise.all([
        tallies.get(member.accountId),
        readSeen(deps, member),
      ]);
      return presentSessionCounts({ countedAt, all: rows, ...seen });
    },
  );
}

async function readSeen(deps: Deps, { accountId, id }: MemberIdentity) {
  return await deps.db.readAs(accountId, async (read) => {
    const onlooker = await readOnlooker(read, { accountId, id });
    const [reached, joined, own, channels, teams] = await Promise.all([
      readReachedChannels(read, accountId, id),
      onlooker === null ? [] : readTalliesJoined(read, onlooker),
      readOwnCounts(read, { accountId, memberId: id }),
      readChannelNames(read, accountId),
      readTeamNames(read, accountId),
    ]);
    return {
      member: { id, seesAll: onlooker === null, channels: reached },
      ...{ joined, own, channels, teams },
    };
  });
}
