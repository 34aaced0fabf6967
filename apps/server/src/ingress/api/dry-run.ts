import { DryRunBody, DryRunResult } from "@punctual/contract";
import { tryRules } from "../../actions/try-rules.ts";
import { authorize } from "../../permissions/authorize.ts";
import { memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

export function registerDryRun(app: ApiServer, { deps }: ApiContext): void {
  app.post(
    "/assignment-rules/dry-run",
    {
      schema: {
        operationId: "tryAssignmentRules",
        summary: "Who would get this contact now, and why",
        description:
          "Asks the same function that gives sessions away. Nothing is written, and nobody's turn is used up. `rules` tries others before they are saved.",
        tags: ["Assignment rules"],
        body: DryRunBody,
        response: { 200: DryRunResult, default: problems },
      },
    },
    async (request) => {
      const { accountId, ...member } = memberOf(request);
      authorize(member, "tryRules");
      return await tryRules(deps, accountId, request.body);
    },
  );
}
