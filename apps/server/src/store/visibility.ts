/**
 * Which sessions an agent sees (docs/visibility.md), in SQL. Supervisors and admins see all.
 *
 * The rule comes in parts, since each part has an index to begin with. A list asks for each in its order
 * and merges what comes.
 */
import { sql } from "kysely";
import type { Queryable } from "../platform/database.ts";
import { REACHED_CHANNELS } from "./channel-limits.ts";
import { readActiveRole } from "./read-member.ts";

/** An agent whose sight is limited. */
export interface Onlooker {
  readonly accountId: string;
  readonly memberId: string;
}

export type SightPart = "own" | "unassigned" | "joined" | "handedOn";

/** A member as far as their sight goes. Their role is the database's to say: what the doors know is old. */
export interface Looking {
  readonly accountId: string;
  readonly id: string;
}

/** The agent that a member's sight is limited to; `null`: they see everything. */
export async function readOnlooker(
  read: Queryable,
  { accountId, id: memberId }: Looking,
): Promise<Onlooker | null> {
  const role = await readActiveRole(read, accountId, memberId);
  return role === "supervisor" || role === "admin" ? null : { accountId, memberId };
}

/**
 * Whether the agent sees the session in row `s` of `sessions`, or of another name, for this reason: for
 * lists, which begin with what the agent has.
 */
export function sightPart(part: SightPart, { accountId, memberId }: Onlooker, row = "s") {
  const s = sql.raw(row);
  switch (part) {
    case "own":
      return sql<boolean>`${s}.assignee_id = ${memberId}::uuid`;
    case "unassigned":
      return sql<boolean>`(${s}.assignee_id is null and coalesce(${s}.channel_id::text = any((
        select ${sql.raw(REACHED_CHANNELS)} from members m
        where m.account_id = ${accountId}::uuid and m.id = ${memberId}::uuid)::text[]), true))`;
    case "joined":
      return sql<boolean>`${s}.id = any(array(select p.session_id from session_people p
        where p.account_id = ${accountId}::uuid and p.member_id = ${memberId}::uuid))`;
    case "handedOn":
      // An array, so that no plan can read all open sessions in their order to look for these few.
      return sql<boolean>`${s}.id = any(array(select h.id from sessions h
        where h.account_id = ${accountId}::uuid and ${isHandedOn("h", memberId)}))`;
  }
}

/** Whether the member supports or follows the session: for a row that is there, whatever else they joined. */
function hasJoined(row: string, memberId: string) {
  const s = sql.raw(row);
  return sql<boolean>`exists (select from session_people p
    where p.account_id = ${s}.account_id and p.session_id = ${s}.id
      and p.member_id = ${memberId}::uuid)`;
}

/** Whether the member held the session in the running wait and does no longer. */
function isHandedOn(row: string, memberId: string) {
  const s = sql.raw(row);
  return sql<boolean>`(${s}.closed_at is null
    and json_array_length(${s}.wait_holders) > (${s}.assignee_id is not null)::int
    and ${s}.wait_holders::jsonb ? ${memberId}::text)`;
}

/** Whether the agent sees the session in row `s` of `sessions`. */
export function inSight(onlooker: Onlooker) {
  const own = sightPart("own", onlooker);
  const unassigned = sightPart("unassigned", onlooker);
  const joined = hasJoined("s", onlooker.memberId);
  const handedOn = isHandedOn("s", onlooker.memberId);
  return sql<boolean>`(${own} or ${unassigned} or ${handedOn} or ${joined})`;
}

/**
 * As above, and the closed ones above it in the same thread: who talks to a customer reads what was said
 * before (clock.md §1). For looking up sessions one by one, or those of one contact.
 */
export function inSightOrAbove(onlooker: Onlooker) {
  const own = sightPart("own", onlooker, "later");
  const unassigned = sightPart("unassigned", onlooker, "later");
  const joined = hasJoined("later", onlooker.memberId);
  return sql<boolean>`(${inSight(onlooker)} or (s.closed_at is not null and exists (
    select from sessions later
    where later.account_id = s.account_id and later.channel_id = s.channel_id
      and later.contact_id = s.contact_id and later.opened_at > s.opened_at
      and (${own} or ${unassigned} or ${joined}))))`;
}
