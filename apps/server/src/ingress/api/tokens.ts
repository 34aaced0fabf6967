import { ApiTokens, CreatedToken, CreateTokenBody, TokenParams } from "@punctual/contract";
import { z } from "zod";
import { createToken, endToken } from "../../actions/create-token.ts";
import { authorize } from "../../permissions/authorize.ts";
import { may } from "../../permissions/may.ts";
import { readTokens } from "../../store/tokens.ts";
import { presentToken } from "../../views/token.ts";
import { authorOf, memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

export function registerTokens(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/tokens",
    {
      schema: {
        operationId: "listTokens",
        summary: "Your API tokens; for admins, everybody's",
        tags: ["Members"],
        response: { 200: ApiTokens, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      const owner = may(member, "manageTokensOfOthers") ? null : member.id;
      const rows = await deps.db.readAs(member.accountId, (read) =>
        readTokens(read, member.accountId, owner),
      );
      return { tokens: rows.map(presentToken) };
    },
  );

  app.post(
    "/tokens",
    {
      schema: {
        operationId: "createToken",
        summary: "Create an API token; its secret is shown once",
        tags: ["Members"],
        body: CreateTokenBody,
        response: { 201: CreatedToken, default: problems },
      },
    },
    async (request, reply) => {
      const member = memberOf(request);
      const { name, memberId = member.id } = request.body;
      if (memberId !== member.id) authorize(member, "manageTokensOfOthers");
      const { token, secret } = await createToken(deps, { ...authorOf(request), memberId, name });
      return await reply.code(201).send({ ...presentToken(token), secret });
    },
  );

  app.delete(
    "/tokens/:tokenId",
    {
      schema: {
        operationId: "revokeToken",
        summary: "Revoke an API token",
        tags: ["Members"],
        params: TokenParams,
        response: { 204: z.undefined(), default: problems },
      },
    },
    async (request, reply) => {
      const member = memberOf(request);
      const { tokenId: id } = request.params;
      const owner = may(member, "manageTokensOfOthers") ? null : member.id;
      await endToken(deps, { ...authorOf(request), id, memberId: owner });
      return await reply.code(204).send();
    },
  );
}
