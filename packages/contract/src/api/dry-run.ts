import { z } from "zod";
import { AssignmentRuleInput, RuleConditions } from "../assignment-rule.ts";
import { Id, Timestamp } from "./common.ts";

const { tags, attributes, customer } = RuleConditions.shape;

/** Rules are tried in the order given; nothing is written, and no turn is used up. */
export const DryRunBody = z.strictObject({
  contact: z.union(
    [
      z.strictObject({
        id: Id,
        /** Default: the channel of their latest session. */
        channelId: Id.optional(),
      }),
      z.strictObject({
        channelId: Id,
        tags: tags.unwrap().default([]),
        attributes: attributes.unwrap().default({}),
        customer: customer.unwrap().default("new"),
        ownerId: Id.optional(),
        previousAgentId: Id.optional(),
      }),
    ],
    'Say who writes: {"id": a contact}, or {"channelId": …} with tags, attributes and customer.',
  ),
  /** Rules to try instead of those that are saved. */
  rules: z.array(AssignmentRuleInput).max(1_000).optional(),
});
export type DryRunBody = z.infer<typeof DryRunBody>;

export const DryRunResult = z
  .object({
    /** The moment that business hours and presence were looked at. */
    decidedAt: Timestamp,
    /** Who would get the session; null: nobody, it would be unassigned. */
    memberId: Id.nullable(),
    /** Place of the rule that decides, in `rules`; null: none matches. */
    decidedBy: z.int().nullable(),
    /** Another try may choose somebody else: the rule draws by lot. */
    byChance: z.boolean(),
    /** Everybody the rule looked at, and why they were chosen or passed over. */
    candidates: z.array(z.object({ memberId: Id, name: z.string(), verdict: z.string() })),
    rules: z.array(
      z.object({
        /** null: a rule of the request. */
        ruleId: Id.nullable(),
        name: z.string(),
        matches: z.boolean(),
        /** Why it doesn't match; null: it does. */
        whyNot: z.string().nullable(),
      }),
    ),
    /** The session that a contact has open now: their next message joins it. */
    openSession: z.object({ id: Id, assigneeId: Id.nullable() }).nullable(),
  })
  .meta({ id: "DryRunResult" });
export type DryRunResult = z.infer<typeof DryRunResult>;
