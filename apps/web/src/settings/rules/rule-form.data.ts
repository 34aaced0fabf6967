/** An assignment rule as the fields of its dialog, and back. Pure. */
import type { AssignmentRule, RuleConditions, RuleTarget } from "@punctual/contract";

export interface RuleFields {
  readonly name: string;
  readonly channels: string[];
  readonly tags: string[];
  /** Each as `name=value`. */
  readonly attributes: string[];
  readonly customer: "any" | "new" | "returning";
  readonly businessHours: "any" | "within" | "outside";
  readonly target: "everyone" | "team" | "members";
  readonly team: string | null;
  readonly members: string[];
  readonly mode: AssignmentRule["mode"];
  readonly previousAgentFirst: boolean;
  readonly ownerFirst: boolean;
  readonly onlineOnly: boolean;
  readonly capacity: number | "";
}

export function ruleFields(rule: AssignmentRule | null): RuleFields {
  const conditions = rule?.conditions ?? {};
  const target = rule?.target ?? { everyone: true as const };
  return {
    name: rule?.name ?? "",
    channels: conditions.channels ?? [],
    tags: conditions.tags ?? [],
    attributes: Object.entries(conditions.attributes ?? {}).map((pair) => pair.join("=")),
    customer: conditions.customer ?? "any",
    businessHours: conditions.businessHours ?? "any",
    target: "members" in target ? "members" : "team" in target ? "team" : "everyone",
    team: "team" in target ? target.team : null,
    members: "members" in target ? target.members : [],
    mode: rule?.mode ?? "sequential",
    previousAgentFirst: rule?.previousAgentFirst ?? false,
    ownerFirst: rule?.ownerFirst ?? false,
    onlineOnly: rule?.onlineOnly ?? true,
    capacity: rule?.capacity ?? "",
  };
}

export function ruleOf(fields: RuleFields) {
  const { name, mode, previousAgentFirst, ownerFirst, onlineOnly, capacity } = fields;
  return {
    ...{ name: name.trim(), mode, previousAgentFirst, ownerFirst, onlineOnly },
    conditions: conditionsOf(fields),
    target: targetOf(fields),
    capacity: capacity === "" ? null : capacity,
  };
}

export function isAttribute(text: string): boolean {
  return /^[^=]+=/.test(text);
}

function conditionsOf(fields: RuleFields): RuleConditions {
  const { channels, tags, attributes, customer, businessHours } = fields;
  return {
    ...(channels.length === 0 ? {} : { channels }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(attributes.length === 0 ? {} : { attributes: Object.fromEntries(attributes.map(pairOf)) }),
    ...(customer === "any" ? {} : { customer }),
    ...(businessHours === "any" ? {} : { businessHours }),
  };
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf("=");
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

function targetOf({ target, team, members }: RuleFields): RuleTarget {
  if (target === "members") return { members };
  return target === "team" && team !== null ? { team } : { everyone: true };
}
