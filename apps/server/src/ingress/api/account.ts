import { Account, AccountPatch } from "@punctual/contract";
import { renameAccount } from "../../actions/change-account.ts";
import { authorize } from "../../permissions/authorize.ts";
import { readAccount } from "../../store/accounts.ts";
import { presentAccount } from "../../views/account.ts";
import { authorOf, memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

/** The business itself. */
export function registerAccount(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/account",
    {
      schema: {
        operationId: "getAccount",
        summary: "Your business",
        tags: ["Settings"],
        response: { 200: Account, default: problems },
      },
    },
    async (request) => {
      const { accountId } = memberOf(request);
      return presentAccount(
        await deps.db.readAs(accountId, (read) => readAccount(read, accountId)),
      );
    },
  );

  app.patch(
    "/account",
    {
      schema: {
        operationId: "changeAccount",
        summary: "Give your business another name",
        tags: ["Settings"],
        body: AccountPatch,
        response: { 200: Account, default: problems },
      },
    },
    async (request) => {
      authorize(memberOf(request), "changeSettings");
      return await renameAccount(deps, authorOf(request), request.body.name);
    },
  );
}
