import { Logins, MemberParams, PasswordLink } from "@punctual/contract";
import { z } from "zod";
import { inviteAgain, revokeInvitation } from "../../actions/invite-member.ts";
import { signOutEverywhere, turnOffTwoFactor } from "../../actions/manage-logins.ts";
import { linkUrl } from "../../actions/password-link.ts";
import { createResetLink } from "../../actions/reset-password.ts";
import { authorize } from "../../permissions/authorize.ts";
import { readLogins } from "../../store/read-logins.ts";
import { presentLogin } from "../../views/login.ts";
import { presentPasswordLink } from "../../views/member.ts";
import { authorOf, memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

/** Invitations and logins of others, for admins. */
export function registerLogins(app: ApiServer, context: ApiContext): void {
  registerInvitations(app, context);
  registerLinks(app, context);
}

function registerInvitations(app: ApiServer, { deps, config }: ApiContext): void {
  app.get(
    "/logins",
    {
      schema: {
        operationId: "listLogins",
        summary: "How everybody gets in: login, second factor, invitation",
        tags: ["Members"],
        response: { 200: Logins, default: problems },
      },
    },
    async (request) => {
      const { accountId, ...member } = memberOf(request);
      authorize(member, "manageLoginsOfOthers");
      return { logins: (await readLogins(deps.db, accountId)).map(presentLogin) };
    },
  );

  app.post(
    "/members/:memberId/invitation",
    {
      schema: {
        operationId: "inviteMemberAgain",
        summary: "Make a new invitation; earlier ones end",
        tags: ["Members"],
        params: MemberParams,
        response: { 201: PasswordLink, default: problems },
      },
    },
    async (request, reply) => {
      authorize(memberOf(request), "addMembers");
      const { memberId } = request.params;
      const link = await inviteAgain(deps, { ...authorOf(request), memberId });
      const url = linkUrl(config.publicUrl, "invitation", link.token);
      return await reply.code(201).send(presentPasswordLink(link, url));
    },
  );

  app.delete(
    "/members/:memberId/invitation",
    {
      schema: {
        operationId: "revokeInvitation",
        summary: "End a member's invitation",
        tags: ["Members"],
        params: MemberParams,
        response: { 204: z.undefined(), default: problems },
      },
    },
    async (request, reply) => {
      authorize(memberOf(request), "addMembers");
      await revokeInvitation(deps, { ...authorOf(request), memberId: request.params.memberId });
      return await reply.code(204).send();
    },
  );
}

function registerLinks(app: ApiServer, { deps, config }: ApiContext): void {
  app.post(
    "/members/:memberId/password-reset",
    {
      schema: {
        operationId: "resetPasswordOfMember",
        summary: "Mail a member a link to a new password; without e-mail, get it to hand over",
        tags: ["Members"],
        params: MemberParams,
        response: { 201: PasswordLink, default: problems },
      },
    },
    async (request, reply) => {
      authorize(memberOf(request), "manageLoginsOfOthers");
      const { memberId } = request.params;
      const link = await createResetLink(deps, { ...authorOf(request), memberId });
      const url = linkUrl(config.publicUrl, "passwordReset", link.token);
      return await reply.code(201).send(presentPasswordLink(link, url));
    },
  );

  app.post(
    "/members/:memberId/sign-out",
    {
      schema: {
        operationId: "signMemberOut",
        summary: "Sign a member out on every device",
        tags: ["Members"],
        params: MemberParams,
        response: { 204: z.undefined(), default: problems },
      },
    },
    async (request, reply) => {
      authorize(memberOf(request), "manageLoginsOfOthers");
      await signOutEverywhere(deps, { ...authorOf(request), memberId: request.params.memberId });
      return await reply.code(204).send();
    },
  );

  app.delete(
    "/members/:memberId/two-factor",
    {
      schema: {
        operationId: "turnOffTwoFactorOfMember",
        summary: "Switch the second factor off for a member who lost their device",
        tags: ["Members"],
        params: MemberParams,
        response: { 204: z.undefined(), default: problems },
      },
    },
    async (request, reply) => {
      authorize(memberOf(request), "manageLoginsOfOthers");
      await turnOffTwoFactor(deps, { ...authorOf(request), memberId: request.params.memberId });
      return await reply.code(204).send();
    },
  );
}
