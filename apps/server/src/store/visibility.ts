/**
 * Which sessions an agent sees (docs/visibility.md), in SQL. Supervisors and admins see all.
 *
 * The rule comes in parts, since each part has an index to begin with. A list asks for each in its order
 * and merges what comes.
 */
import { sql } from "kysely";
import { REACHED_CHANNELS } from "./channel-limits.ts";

/** An agent whose sight is limited. */
export interface Onlooker {
  readonly accountId: string;
  readonly memberId: string;
}

export type SightPart = "own" | "unassigned" | "joined" | "handedOn";

/** The agent that a member's sight is limited to; `null`: they see everything. */
export function onlookerOf(member: {
  readonly accountId: string;
  readonly id: string;
  readonly role: "agent" | "supervisor" | "admin";
}): Onlooker | null {
  if (member.role !== "agent") return null;
  return { accountId: member.accountId, memberId: member.id };
}

/** Whether the agent sees the session in row `s` of `sessions` for this reason. */
export function sightPart(part: SightPart, { accountId, memberId }: Onlooker) {
  switch (part) {
    case "own":
      return sql<boolean>`s.assignee_id = ${memberId}::uuid`;
    case "unassigned":
      return sql<boolean>`(s.assignee_id is null and coalesce(s.channel_id::text = any((
        select ${sql.raw(REACHED_CHANNELS)} from members m
        where m.account_id = ${accountId}::uuid and m.id = ${memberId}::uuid)::text[]), true))`;
    case "joined":
      return sql<boolean>`s.id = any(array(select p.session_id from session_people p
        where p.account_id = ${accountId}::uuid and p.member_id = ${memberId}::uuid))`;
    case "handedOn":
      return sql<boolean>`(s.closed_at is null
        and json_array_length(s.wait_holders) > (s.assignee_id is not null)::int
        and s.wait_holders::jsonb ? ${memberId}::text)`;
  }
}

/** Whether the agent sees the session in row `s` of `sessions`. */
export function inSight(onlooker: Onlooker) {
  const [own, unassigned, joined, handedOn] = (
    ["own", "unassigned", "joined", "handedOn"] as const
  ).map((part) => sightPart(part, onlooker));
  return sql<boolean>`(${own} or ${unassigned} or ${handedOn} or ${joined})`;
}
