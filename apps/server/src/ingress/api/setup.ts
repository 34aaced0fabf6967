import {
  AcceptedInvitation,
  AcceptInvitationBody,
  SetupBody,
  SetupResult,
} from "@punctual/contract";
import { acceptInvitation } from "../../actions/accept-invitation.ts";
import { setUp } from "../../actions/set-up.ts";
import { loginsPerAddress } from "../http/rate-limits.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

/** Doors for people who have no login yet; a one-time token lets them through. */
export function registerSetup(app: ApiServer, { deps }: ApiContext): void {
  const config = { public: true, rateLimit: loginsPerAddress() };

  app.post(
    "/setup",
    {
      config,
      schema: {
        operationId: "setUp",
        summary: "Create the business and its admin with the one-time set-up link",
        tags: ["Set-up"],
        security: [],
        body: SetupBody,
        response: { 201: SetupResult, default: problems },
      },
    },
    async (request, reply) =>
      await reply.code(201).send(await setUp(deps, request.body, request.ip)),
  );

  app.post(
    "/invitations/accept",
    {
      config,
      schema: {
        operationId: "acceptInvitation",
        summary: "Choose a password with an invitation",
        tags: ["Set-up"],
        security: [],
        body: AcceptInvitationBody,
        response: { 200: AcceptedInvitation, default: problems },
      },
    },
    async (request) => await acceptInvitation(deps, request.body, request.ip),
  );
}
