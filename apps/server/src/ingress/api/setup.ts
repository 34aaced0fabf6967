import {
  AcceptedInvitation,
  AcceptInvitationBody,
  CheckedLink,
  CheckLinkBody,
  type LinkKind,
  PunctualError,
  RequestResetBody,
  SetupBody,
  SetupResult,
  UsedReset,
  UseResetBody,
} from "@punctual/contract";
import { z } from "zod";
import { acceptInvitation } from "../../actions/accept-invitation.ts";
import type { Deps } from "../../actions/deps.ts";
import { requestPasswordReset, resetPassword } from "../../actions/reset-password.ts";
import { setUp } from "../../actions/set-up.ts";
import { sleep } from "../../platform/clock.ts";
import { hashSecret } from "../../platform/secret-hash.ts";
import { readLink } from "../../store/invitations.ts";
import { readSetupLink } from "../../store/setup-links.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

/** Longer than finding a member and writing the link takes. */
const RESET_ANSWER_MS = 300;

/** Doors for people who have no login yet, or lost it; a one-time token lets them through. */
export function registerSetup(app: ApiServer, context: ApiContext): void {
  registerLinkCheck(app, context);
  registerFirstLogins(app, context);
  registerPasswordResets(app, context);
}

const config = { public: true, guessable: true };

function registerLinkCheck(app: ApiServer, { deps }: ApiContext): void {
  app.post(
    "/links/check",
    {
      config,
      schema: {
        operationId: "checkLink",
        summary: "Whether a one-time link still works, and whom it is for",
        tags: ["Set-up"],
        security: [],
        body: CheckLinkBody,
        response: { 200: CheckedLink, default: problems },
      },
    },
    async ({ body: { link, token } }) => {
      const found = await findLink(deps, link, hashSecret(token));
      if (found === null) throw new PunctualError(REFUSALS[link]);
      return found;
    },
  );
}

const REFUSALS = {
  setup: "setup_link_invalid",
  invitation: "invitation_invalid",
  passwordReset: "reset_link_invalid",
} as const;

/** `null`: it was used, has expired or never existed. */
async function findLink(
  { db }: Pick<Deps, "db">,
  link: LinkKind,
  tokenHash: Buffer,
): Promise<CheckedLink | null> {
  if (link === "setup") {
    return (await readSetupLink(db, tokenHash)) ? { name: null, email: null } : null;
  }
  const invited = await readLink(db, link, tokenHash);
  return invited === null ? null : { name: invited.name, email: invited.email };
}

function registerFirstLogins(app: ApiServer, { deps }: ApiContext): void {
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

function registerPasswordResets(app: ApiServer, { deps }: ApiContext): void {
  app.post(
    "/password-resets",
    {
      config,
      schema: {
        operationId: "requestPasswordReset",
        summary: "Mail whoever has this e-mail a link to a new password",
        tags: ["Set-up"],
        security: [],
        body: RequestResetBody,
        response: { 202: z.undefined(), default: problems },
      },
    },
    async (request, reply) => {
      // How long it takes says nothing of whether there is such a member.
      await Promise.all([
        requestPasswordReset(deps, request.body.email, request.ip),
        sleep(RESET_ANSWER_MS),
      ]);
      return await reply.code(202).send();
    },
  );

  app.post(
    "/password-resets/use",
    {
      config,
      schema: {
        operationId: "usePasswordReset",
        summary: "Choose a new password with the link",
        tags: ["Set-up"],
        security: [],
        body: UseResetBody,
        response: { 200: UsedReset, default: problems },
      },
    },
    async (request) => await resetPassword(deps, request.body, request.ip),
  );
}
