import { Me, Member, MePatch, MyChannels, StatusBody } from "@punctual/contract";
import { z } from "zod";
import { changeOwnName } from "../../actions/change-member.ts";
import { signOutEverywhere } from "../../actions/manage-logins.ts";
import { setStatus } from "../../actions/presence.ts";
import { allowedActs } from "../../permissions/may.ts";
import { readAccount } from "../../store/accounts.ts";
import { readReachedChannels } from "../../store/channel-limits.ts";
import { readChannels } from "../../store/channels.ts";
import { presentMyChannel } from "../../views/channel.ts";
import { authorOf, memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";
import { loadMember } from "./load-member.ts";

export function registerMe(app: ApiServer, context: ApiContext): void {
  registerMyself(app, context);
  registerMyChannels(app, context);
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
      const { accountId, id, role } = memberOf(request);
      const { name } = await deps.db.readAs(accountId, (read) => readAccount(read, accountId));
      return {
        member: await loadMember(deps, accountId, id),
        account: { id: accountId, name },
        may: allowedActs({ id, role }),
        server: { sendsEmail: deps.mail !== null },
      };
    },
  );

  app.patch(
    "/me",
    {
      schema: {
        operationId: "changeMe",
        summary: "Change your name",
        tags: ["Members"],
        body: MePatch,
        response: { 200: Member, default: problems },
      },
    },
    async (request) => {
      const { accountId, id } = memberOf(request);
      await changeOwnName(deps, { ...authorOf(request), memberId: id }, request.body.name);
      return await loadMember(deps, accountId, id);
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

function registerMyChannels(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/me/channels",
    {
      schema: {
        operationId: "listMyChannels",
        summary: "The channels that you reach, with what they take",
        tags: ["Channels"],
        response: { 200: MyChannels, default: problems },
      },
    },
    async (request) => {
      const { accountId, id } = memberOf(request);
      const { channels, reached } = await deps.db.readAs(accountId, async (read) => ({
        channels: await readChannels(read, accountId),
        reached: await readReachedChannels(read, accountId, id),
      }));
      const mine = channels.filter((row) => reached === null || reached.includes(row.id));
      return { channels: mine.map((row) => presentMyChannel(row, deps.limitsOf(row.kind))) };
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
