import type { AssignmentRule } from "@punctual/contract";
import type { Queryable, Row, Tx } from "../platform/database.ts";

/** A rule as it is stored; its place in the turn is kept when it is saved again. */
export interface RuleWrite extends AssignmentRule {
  readonly accountId: string;
}

/** Creates the rule, or replaces the one of this id. */
export function upsertRule(tx: Tx, rule: RuleWrite): void {
  tx.write(
    `insert into assignment_rules (account_id, id, position, name, enabled, conditions, target,
       mode, previous_agent_first, owner_first, online_only, capacity)
     values ($1, $2, $3, $4, $5, $6::json, $7::json, $8, $9, $10, $11, $12)
     on conflict (account_id, id) do update set position = excluded.position,
       name = excluded.name, enabled = excluded.enabled, conditions = excluded.conditions,
       target = excluded.target, mode = excluded.mode,
       previous_agent_first = excluded.previous_agent_first, owner_first = excluded.owner_first,
       online_only = excluded.online_only, capacity = excluded.capacity`,
    [
      rule.accountId,
      rule.id,
      rule.position,
      rule.name,
      rule.enabled,
      JSON.stringify(rule.conditions),
      JSON.stringify(rule.target),
      rule.mode,
      rule.previousAgentFirst,
      rule.ownerFirst,
      rule.onlineOnly,
      rule.capacity,
    ],
  );
}

/** Positions from 0, in this order. */
export function writeRuleOrder(tx: Tx, accountId: string, ruleIds: readonly string[]): void {
  tx.write(
    `update assignment_rules r set position = given.place - 1
     from unnest($2::uuid[]) with ordinality as given (id, place)
     where r.account_id = $1 and r.id = given.id`,
    [accountId, ruleIds],
  );
}

export async function deleteRule(tx: Tx, accountId: string, ruleId: string): Promise<boolean> {
  const rows = await tx.query(
    "delete from assignment_rules where account_id = $1 and id = $2 returning id",
    [accountId, ruleId],
  );
  return rows.length > 0;
}

interface RuleRow extends Row {
  readonly id: string;
  readonly position: number;
  readonly name: string;
  readonly enabled: boolean;
  readonly conditions: AssignmentRule["conditions"];
  readonly target: AssignmentRule["target"];
  readonly mode: AssignmentRule["mode"];
  readonly previous_agent_first: boolean;
  readonly owner_first: boolean;
  readonly online_only: boolean;
  readonly capacity: number | null;
}

/** The account's rules in the order in which they are tried. */
export async function readRules(read: Queryable, accountId: string): Promise<AssignmentRule[]> {
  const rows = await read.query<RuleRow>(
    `select id, position, name, enabled, conditions, target, mode, previous_agent_first,
       owner_first, online_only, capacity
     from assignment_rules where account_id = $1 order by position, id`,
    [accountId],
  );
  return rows.map(parseRule);
}

function parseRule(row: RuleRow): AssignmentRule {
  return {
    id: row.id,
    position: row.position,
    name: row.name,
    enabled: row.enabled,
    conditions: row.conditions,
    target: row.target,
    mode: row.mode,
    previousAgentFirst: row.previous_agent_first,
    ownerFirst: row.owner_first,
    onlineOnly: row.online_only,
    capacity: row.capacity,
  };
}
