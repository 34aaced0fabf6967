import {
  ChannelLimitBody,
  CreateTeamBody,
  RenameTeamBody,
  Team,
  TeamMemberParams,
  TeamMembersBody,
  TeamParams,
  Teams,
} from "@punctual/contract";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import {
  addTeamMember,
  changeTeamName,
  createTeam,
  limitTeamToChannels,
  removeTeam,
  removeTeamMember,
  setTeamMembers,
} from "../../actions/save-team.ts";
import { authorize } from "../../permissions/authorize.ts";
import { readTeams } from "../../store/teams.ts";
import { presentTeam } from "../../views/team.ts";
import { authorOf, memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

export function registerTeams(app: ApiServer, context: ApiContext): void {
  const { deps } = context;

  app.get(
    "/teams",
    {
      schema: {
        ...about("listTeams", "The business's teams with their members, by name"),
        response: { 200: Teams, default: problems },
      },
    },
    async (request) => {
      const { accountId, ...member } = memberOf(request);
      authorize(member, "readTeams");
      const rows = await deps.db.readAs(accountId, (read) => readTeams(read, accountId));
      return { teams: rows.map(presentTeam) };
    },
  );

  app.post(
    "/teams",
    {
      schema: {
        ...about("createTeam", "Add a team"),
        body: CreateTeamBody,
        response: { 201: Team, default: problems },
      },
    },
    async (request, reply) => {
      authorize(memberOf(request), "changeTeams");
      const team = await createTeam(deps, authorOf(request), request.body);
      return await reply.code(201).send(team);
    },
  );

  app.patch(
    "/teams/:teamId",
    {
      schema: {
        ...about("renameTeam", "Rename a team"),
        params: TeamParams,
        body: RenameTeamBody,
        response: { 200: Team, default: problems },
      },
    },
    async (request) =>
      await changeTeamName(deps, teamBy(request, request.params.teamId), request.body.name),
  );

  app.delete(
    "/teams/:teamId",
    {
      schema: {
        ...about("deleteTeam", "Delete a team that no assignment rule gives sessions to"),
        params: TeamParams,
        response: { 204: z.undefined(), default: problems },
      },
    },
    async (request, reply) => {
      await removeTeam(deps, teamBy(request, request.params.teamId));
      return await reply.code(204).send();
    },
  );

  registerTeamMembers(app, context);
  registerTeamLimit(app, context);
}

function registerTeamMembers(app: ApiServer, { deps }: ApiContext): void {
  app.put(
    "/teams/:teamId/members",
    {
      schema: {
        ...about("setTeamMembers", "Make these the team's members, in the order of their turns"),
        params: TeamParams,
        body: TeamMembersBody,
        response: { 200: Team, default: problems },
      },
    },
    async (request) =>
      await setTeamMembers(deps, teamBy(request, request.params.teamId), request.body.memberIds),
  );

  app.put(
    "/teams/:teamId/members/:memberId",
    {
      schema: {
        ...about("addTeamMember", "Add a member after the others"),
        params: TeamMemberParams,
        response: { 200: Team, default: problems },
      },
    },
    async (request) => {
      const { teamId, memberId } = request.params;
      return await addTeamMember(deps, teamBy(request, teamId), memberId);
    },
  );

  app.delete(
    "/teams/:teamId/members/:memberId",
    {
      schema: {
        ...about("removeTeamMember", "Take a member out of the team"),
        params: TeamMemberParams,
        response: { 200: Team, default: problems },
      },
    },
    async (request) => {
      const { teamId, memberId } = request.params;
      return await removeTeamMember(deps, teamBy(request, teamId), memberId);
    },
  );
}

function registerTeamLimit(app: ApiServer, { deps }: ApiContext): void {
  app.put(
    "/teams/:teamId/channels",
    {
      schema: {
        ...about(
          "limitTeamToChannels",
          "Limit its agents to channels; null: the team sets no limit",
        ),
        params: TeamParams,
        body: ChannelLimitBody,
        response: { 200: Team, default: problems },
      },
    },
    async (request) => {
      authorize(memberOf(request), "limitChannels");
      const { params, body } = request;
      return await limitTeamToChannels(deps, teamBy(request, params.teamId), body.channelIds);
    },
  );
}

/** The team, and who changes it. Throws `not_allowed`. */
function teamBy(request: FastifyRequest, teamId: string) {
  authorize(memberOf(request), "changeTeams");
  return { ...authorOf(request), teamId };
}

function about(operationId: string, summary: string) {
  return { operationId, summary, tags: ["Teams"] };
}
