import { Me, Member, PunctualError, StatusBody } from "@punctual/contract";
import { z } from "zod";
import type { Deps } from "../../actions/deps.ts";
import { signOutEverywhere } from "../../actions/manage-logins.ts";
import { setStatus } from "../../actions/presence.ts";
import { readAccountName } from "../../store/accounts.ts";
import { readMember } from "../../store/members.ts";
import { presentMember } from "../../views/member.ts";
import { authorOf, memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

export function registerMe(app: ApiServer, context: ApiContext): void {
  registerMyself(app, context);
  registerSignOut(app, context);
}

function registerMyself(app: ApiServer, { deps }: ApiContext): void {
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
      return {
        member: await loadMember(deps, accountId, id),
        account: { id: accountId, name },
        server: { sendsEmail: deps.mail !== null },
      };
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

function registerSignOut(app: ApiServer, { deps }: ApiContext): void {
  app.post(
    "/me/sign-out",
    {
      schema: {
        operationId: "signMeOut",
        summary: "Sign yourself out on every device",
        tags: ["Members"],
        response: { 204: z.undefined(), default: problems },
      },
    },
    async (request, reply) => {
      const author = authorOf(request);
      await signOutEverywhere(deps, { ...author, memberId: memberOf(request).id });
      return await reply.code(204).send();
    },
  );
}

async function loadMember(deps: Deps, accountId: string, memberId: string): Promise<Member> {
  const row = await deps.db.readAs(accountId, (read) => readMember(read, accountId, memberId));
  if (row === null) throw new PunctualError("member_not_found");
  return presentMember(row);
}
