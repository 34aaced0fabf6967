import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Deps } from "../../actions/deps.ts";
import { hashSecret } from "../../platform/secret-hash.ts";
import { readLink } from "../../store/invitations.ts";
import { readSetupLink } from "../../store/setup-links.ts";
import { sendPage } from "../http/html.ts";
import { invalidLinkPage } from "./invalid-link-page.ts";
import { invitationPage } from "./invitation-page.ts";
import { resetPasswordPage } from "./reset-password-page.ts";
import { setupPage } from "./setup-page.ts";

const TokenQuery = z.object({ token: z.string().max(200).catch("") });

/** The pages of the first run, of invitations and forgotten passwords. */
export function registerPages(app: FastifyInstance, deps: Pick<Deps, "db">): void {
  const options = { schema: { hide: true }, config: { guessable: true } };
  app.get("/setup", options, async (request, reply) => {
    const { token } = TokenQuery.parse(request.query);
    const usable = await readSetupLink(deps.db, hashSecret(token));
    return usable
      ? sendPage(reply, setupPage())
      : sendPage(reply.code(404), invalidLinkPage("setup"));
  });
  app.get("/invitation", options, async (request, reply) => {
    const { token } = TokenQuery.parse(request.query);
    const invited = await readLink(deps.db, "invitation", hashSecret(token));
    return invited === null
      ? sendPage(reply.code(404), invalidLinkPage("invitation"))
      : sendPage(reply, invitationPage(invited));
  });
  app.get("/reset-password", options, async (request, reply) => {
    const { token } = TokenQuery.parse(request.query);
    const found = await readLink(deps.db, "passwordReset", hashSecret(token));
    return found === null
      ? sendPage(reply.code(404), invalidLinkPage("passwordReset"))
      : sendPage(reply, resetPasswordPage(found));
  });
}
