import { SessionCounts } from "@punctual/contract";
import type { Deps, MemberIdentity } from "../../actions/deps.ts";
import { authorize } from "../../permissions/authorize.ts";
import { PacedReads } from "../../platform/paced-reads.ts";
import { readReachedChannels } from "../../store/channel-limits.ts";
import { readNow } from "../../store/now.ts";
import { readChannelNames, readTeamNames } from "../../store/read-wall.ts";
import {
  readOwnCounts,
  readTalliesHeld,
  readTalliesJoined,
  readViewTallies,
} from "../../store/session-tallies.ts";
import { readOnlooker } from "../../store/visibility.ts";
import { presentSessionCounts } from "../../views/session-counts.ts";
import { memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

export function registerSessionCounts(app: ApiServer, { deps }: ApiContext): void {
  const tallies = new PacedReads((accountId) => readTallies(deps, accountId));

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
      const [business, seen] = await Promise.all([
        tallies.get(member.accountId),
        readSeen(deps, member),
      ]);
      return presentSessionCounts({ ...business, ...seen });
    },
  );
}

async function readTallies({ db }: Deps, accountId: string) {
  return await db.readAs(accountId, async (read) => ({
    countedAt: await readNow(read),
    business: await readViewTallies(read, accountId),
  }));
}

async function readSeen(deps: Deps, { accountId, id }: MemberIdentity) {
  return await deps.db.readAs(accountId, async (read) => {
    const onlooker = await readOnlooker(read, { accountId, id });
    const [reached, held, joined, own, channels, teams] = await Promise.all([
      readReachedChannels(read, accountId, id),
      readTalliesHeld(read, { accountId, memberId: id }),
      onlooker === null ? [] : readTalliesJoined(read, onlooker),
      readOwnCounts(read, { accountId, memberId: id }),
      readChannelNames(read, accountId),
      readTeamNames(read, accountId),
    ]);
    return {
      member: { id, seesAll: onlooker === null, channels: reached },
      ...{ held, joined, own, channels, teams },
    };
  });
}
