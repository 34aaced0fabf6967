import { z } from "zod";
import { AssignmentRuleInput, RuleConditions, RuleTarget } from "../assignment-rule.ts";
import { Id } from "./common.ts";

/** Most assignment rules of a business. */
export const MAX_RULES = 1_000;

const { shape } = AssignmentRuleInput;
const Mode = shape.mode.unwrap();

export const AssignmentRule = z
  .object({
    id: Id,
    position: z.int(),
    name: z.string(),
    enabled: z.boolean(),
    conditions: RuleConditions,
    target: RuleTarget,
    mode: Mode,
    previousAgentFirst: z.boolean(),
    ownerFirst: z.boolean(),
    onlineOnly: z.boolean(),
    capacity: z.int().nullable(),
  })
  .meta({ id: "AssignmentRule" });
export type AssignmentRule = z.infer<typeof AssignmentRule>;

export const AssignmentRules = z.object({ assignmentRules: z.array(AssignmentRule) });
/** Every rule, in the order in which they shall be tried. */
export const RuleOrderBody = z.strictObject({
  ruleIds: z.array(Id).max(MAX_RULES),
});
export const RuleParams = z.object({ ruleId: Id });

/** Only what is given changes; no default slips in. */
export const AssignmentRulePatch = z.strictObject({
  name: shape.name.optional(),
  enabled: shape.enabled.unwrap().optional(),
  position: shape.position,
  conditions: RuleConditions.optional(),
  target: RuleTarget.optional(),
  mode: Mode.optional(),
  previousAgentFirst: shape.previousAgentFirst.unwrap().optional(),
  ownerFirst: shape.ownerFirst.unwrap().optional(),
  onlineOnly: shape.onlineOnly.unwrap().optional(),
  capacity: shape.capacity.unwrap().optional(),
});
export type AssignmentRulePatch = z.infer<typeof AssignmentRulePatch>;
