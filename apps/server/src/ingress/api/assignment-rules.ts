import {
  AssignmentRule,
  AssignmentRuleInput,
  AssignmentRulePatch,
  AssignmentRules,
  RuleParams,
} from "@punctual/contract";
import { z } from "zod";
import { changeRule, createRule, removeRule } from "../../actions/save-rule.ts";
import { authorize } from "../../permissions/authorize.ts";
import { readRules } from "../../store/assignment-rules.ts";
import { authorOf, memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

export function registerAssignmentRules(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/assignment-rules",
    {
      schema: {
        ...about("listAssignmentRules", "The rules, in the order in which they are tried"),
        response: { 200: AssignmentRules, default: problems },
      },
    },
    async (request) => {
      const { accountId, ...member } = memberOf(request);
      authorize(member, "readRules");
      const rules = await deps.db.readAs(accountId, (read) => readRules(read, accountId));
      return { assignmentRules: rules };
    },
  );

  app.post(
    "/assignment-rules",
    {
      schema: {
        ...about("createAssignmentRule", "Add a rule, after the others unless it says where"),
        body: AssignmentRuleInput,
        response: { 201: AssignmentRule, default: problems },
      },
    },
    async (request, reply) => {
      authorize(memberOf(request), "changeRules");
      const rule = await createRule(deps, authorOf(request), request.body);
      return await reply.code(201).send(rule);
    },
  );

  app.patch(
    "/assignment-rules/:ruleId",
    {
      schema: {
        ...about("changeAssignmentRule", "Change what is given of a rule"),
        params: RuleParams,
        body: AssignmentRulePatch,
        response: { 200: AssignmentRule, default: problems },
      },
    },
    async (request) => {
      authorize(memberOf(request), "changeRules");
      const { params, body } = request;
      return await changeRule(deps, authorOf(request), params.ruleId, body);
    },
  );

  app.delete(
    "/assignment-rules/:ruleId",
    {
      schema: {
        ...about("deleteAssignmentRule", "Delete a rule"),
        params: RuleParams,
        response: { 204: z.undefined(), default: problems },
      },
    },
    async (request, reply) => {
      authorize(memberOf(request), "changeRules");
      await removeRule(deps, authorOf(request), request.params.ruleId);
      return await reply.code(204).send();
    },
  );
}

function about(operationId: string, summary: string) {
  return { operationId, summary, tags: ["Assignment rules"] };
}
