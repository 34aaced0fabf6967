import { z } from "zod";

/** When a rule applies. Every condition that is given must hold; none given: always (clock.md §8). */
export const RuleConditions = z.strictObject({
  channels: z.array(z.uuid()).max(100).optional(),
  /** The contact has at least one of these tags. */
  tags: z.array(z.string().min(1).max(100)).max(100).optional(),
  /** The contact has all of these attribute values. */
  attributes: z.record(z.string().min(1).max(100), z.string().max(1000)).optional(),
  customer: z.enum(["new", "returning"]).optional(),
  /** By the account's business hours at the moment of the decision. */
  businessHours: z.enum(["within", "outside"]).optional(),
});
export type RuleConditions = z.infer<typeof RuleConditions>;

/**
 * Whom a rule gives sessions to: named members in this order, the members of a team in theirs, or every
 * active member.
 */
export const RuleTarget = z.union(
  [
    z.strictObject({ members: z.array(z.uuid()).min(1).max(1000) }),
    z.strictObject({ team: z.uuid() }),
    z.strictObject({ everyone: z.literal(true) }),
  ],
  'Say who gets the sessions: {"members": [ids of members]}, {"team": id} or {"everyone": true}.',
);
export type RuleTarget = z.infer<typeof RuleTarget>;

/** The part of an assignment rule that an admin writes. */
export const AssignmentRuleInput = z.strictObject({
  name: z.string().min(1).max(200),
  enabled: z.boolean().default(true),
  /** Rules are tried from the lowest position up. */
  position: z.int().min(0).max(1_000_000).optional(),
  conditions: RuleConditions.default({}),
  target: RuleTarget,
  mode: z.enum(["sequential", "leastBusy", "random"]).default("sequential"),
  previousAgentFirst: z.boolean().default(false),
  ownerFirst: z.boolean().default(false),
  onlineOnly: z.boolean().default(true),
  /** Most open, unsnoozed sessions a member may hold to get one more; `null`: no limit. */
  capacity: z.int().min(1).max(100_000).nullable().default(null),
});
export type AssignmentRuleInput = z.infer<typeof AssignmentRuleInput>;
