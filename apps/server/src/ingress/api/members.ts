import {
  AddedMember,
  AddMemberBody,
  ChangeMemberBody,
  ChannelLimitBody,
  Member,
  MemberParams,
  Members,
} from "@punctual/contract";
import { addMember } from "../../actions/add-member.ts";
import { changeMember, deactivateMember, reactivateMember } from "../../actions/change-member.ts";
import { limitMemberToChannels } from "../../actions/limit-member.ts";
import { linkUrl } from "../../actions/password-link.ts";
import { authorize } from "../../permissions/authorize.ts";
import { readMembers } from "../../store/members.ts";
import { presentMember, presentPasswordLink } from "../../views/member.ts";
import { authorOf, memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";
import { loadMember } from "./load-member.ts";

export function registerMembers(app: ApiServer, context: ApiContext): void {
  registerEverybody(app, context);
  registerChanges(app, context);
}

function registerEverybody(app: ApiServer, { deps, config }: ApiContext): void {
  app.get(
    "/members",
    {
      schema: {
        operationId: "listMembers",
        summary: "Everybody of the business, with status and load",
        tags: ["Members"],
        response: { 200: Members, default: problems },
      },
    },
    async (request) => {
      const { accountId, ...member } = memberOf(request);
      authorize(member, "readMembers");
      const rows = await deps.db.readAs(accountId, (read) => readMembers(read, accountId));
      return { members: rows.map(presentMember) };
    },
  );

  app.post(
    "/members",
    {
      schema: {
        operationId: "addMember",
        summary: "Add a member, and mail them the link to their login; without e-mail, get it",
        tags: ["Members"],
        body: AddMemberBody,
        response: { 201: AddedMember, default: problems },
      },
    },
    async (request, reply) => {
      const author = authorOf(request);
      const { accountId } = author;
      authorize(memberOf(request), "addMembers");
      const { memberId, invitation } = await addMember(deps, { ...author, ...request.body });
      const member = await loadMember(deps, accountId, memberId);
      const url = linkUrl(config.publicUrl, "invitation", invitation.token);
      const shown = presentPasswordLink(invitation, url);
      return await reply.code(201).send({ member, invitation: shown });
    },
  );

  app.put(
    "/members/:memberId/channels",
    {
      schema: {
        operationId: "limitMemberToChannels",
        summary: "Limit an agent to channels; null: no limit of their own",
        tags: ["Members"],
        params: MemberParams,
        body: ChannelLimitBody,
        response: { 200: Member, default: problems },
      },
    },
    async (request) => {
      authorize(memberOf(request), "limitChannels");
      const author = authorOf(request);
      const { memberId } = request.params;
      await limitMemberToChannels(deps, { ...author, memberId }, request.body.channelIds);
      return await loadMember(deps, author.accountId, memberId);
    },
  );
}

function registerChanges(app: ApiServer, { deps }: ApiContext): void {
  app.patch(
    "/members/:memberId",
    {
      schema: {
        operationId: "changeMember",
        summary: "Change a member's name, role or capacity",
        tags: ["Members"],
        params: MemberParams,
        body: ChangeMemberBody,
        response: { 200: Member, default: problems },
      },
    },
    async (request) => {
      const author = authorOf(request);
      const { memberId } = request.params;
      authorize(memberOf(request), "changeMembers");
      await changeMember(deps, { ...author, memberId }, request.body);
      return await loadMember(deps, author.accountId, memberId);
    },
  );

  for (const [verb, change, summary] of [
    ["deactivate", deactivateMember, "End a member's access; their sessions go to others"],
    ["reactivate", reactivateMember, "Let a deactivated member in again"],
  ] as const) {
    app.post(
      `/members/:memberId/${verb}`,
      {
        schema: {
          operationId: `${verb}Member`,
          summary,
          tags: ["Members"],
          params: MemberParams,
          response: { 200: Member, default: problems },
        },
      },
      async (request) => {
        const author = authorOf(request);
        const { memberId } = request.params;
        authorize(memberOf(request), "changeMembers");
        await change(deps, { ...author, memberId });
        return await loadMember(deps, author.accountId, memberId);
      },
    );
  }
}
