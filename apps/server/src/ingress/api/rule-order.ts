import { AssignmentRules, RuleOrderBody } from "@punctual/contract";
import { orderRules } from "../../actions/save-rule.ts";
import { authorize } from "../../permissions/authorize.ts";
import { authorOf, memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

export function registerRuleOrder(app: ApiServer, { deps }: ApiContext): void {
  app.put(
    "/assignment-rules/order",
    {
      schema: {
        operationId: "orderAssignmentRules",
        summary: "Say in which order the rules are tried",
        tags: ["Assignment rules"],
        description: "Names every rule once. `rules_changed`: somebody added or deleted one.",
        body: RuleOrderBody,
        response: { 200: AssignmentRules, default: problems },
      },
    },
    async (request) => {
      authorize(memberOf(request), "changeRules");
      const rules = await orderRules(deps, authorOf(request), request.body.ruleIds);
      return { assignmentRules: [...rules] };
    },
  );
}
