import { Me, Member, PunctualError, StatusBody } from "@punctual/contract";
import type { Deps } from "../../actions/deps.ts";
import { setStatus } from "../../actions/presence.ts";
import { readAccountName } from "../../store/accounts.ts";
import { readMember } from "../../store/members.ts";
import { presentMember } from "../../views/member.ts";
import { memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

export function registerMe(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/me",
    {
      schema: {
        operationId: "getMe",
        summary: "Who you are",
        tags: ["Members"],
        response: { 200: Me, default: problems },
      },
    },
    async (request) => {
      const { accountId, id } = memberOf(request);
      const name = await deps.db.readAs(accountId, (read) => readAccountName(read, accountId));
      return { member: await loadMember(deps, accountId, id), account: { id: accountId, name } };
    },
  );

  app.put(
    "/me/status",
    {
      schema: {
        operationId: "setMyStatus",
        summary: "Say whether you take sessions",
        tags: ["Members"],
        body: StatusBody,
        response: { 200: Member, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      await setStatus(deps, { member, status: request.body.status });
      return await loadMember(deps, member.accountId, member.id);
    },
  );
}

async function loadMember(deps: Deps, accountId: string, memberId: string): Promise<Member> {
  const row = await deps.db.readAs(accountId, (read) => readMember(read, accountId, memberId));
  if (row === null) throw new PunctualError("member_not_found");
  return presentMember(row);
}
