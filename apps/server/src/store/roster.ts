import type { BusinessHours, RuleTarget } from "@punctual/contract";
import type { Roster, RosterMember, RosterRule, RosterTarget } from "@punctual/session";
import type { Queryable, Row, Tx } from "../platform/database.ts";
import { lockAccount } from "./account-locks.ts";
import { BUSINESS_HOURS_JSON } from "./business-hours.ts";
import { REACHED_CHANNELS } from "./channel-limits.ts";
import { ONLINE_MEMBER } from "./presence.ts";

/**
 * Locks the accounts' routing until the commit and reads their rosters: one transaction at a time
 * gives sessions away in an account, so that turns are fair and capacities kept (clock.md §8).
 */
export async function lockRosters(
  tx: Tx,
  accountIds: readonly string[],
): Promise<Map<string, Roster>> {
  const rosters = new Map<string, Roster>();
  for (const accountId of [...accountIds].sort()) {
    lockAccount(tx, "routing", accountId);
  }
  await Promise.all(
    accountIds.map(async (accountId) => rosters.set(accountId, await readRoster(tx, accountId))),
  );
  return rosters;
}

/**
 * One account's rules in order, and its members with presence and load.
 * @param options `wholeLoads`: loads are counted to the end, for rules that aren't saved.
 */
export async function readRoster(
  read: Queryable,
  accountId: string,
  { wholeLoads = false }: { readonly wholeLoads?: boolean } = {},
): Promise<Roster> {
  const [rules, members] = await Promise.all([
    read.query<RuleRow>(RULES_SQL, [accountId]),
    read.query<MemberRow>(MEMBERS_SQL, [accountId, wholeLoads]),
  ]);
  return {
    rules: rules.map(parseRule),
    members: members.map(parseMember),
    businessHours: rules.find((rule) => rule.business_hours !== null)?.business_hours ?? null,
  };
}

/** Teams and business hours come along with the rules that ask for them: one statement for all. */
const RULES_SQL = `select r.id, r.name, r.enabled, r.conditions, r.target, r.mode,
    r.previous_agent_first, r.owner_first, r.online_only, r.capacity, r.pointer_member_id,
    case when r.target->>'team' is not null then (
      select coalesce(json_agg(t.member_id order by t.position, t.member_id), '[]')
      from team_members t
      where t.account_id = r.account_id and t.team_id = (r.target->>'team')::uuid
    ) end as team_members,
    case when r.conditions->>'businessHours' is not null then (
      select ${BUSINESS_HOURS_JSON} from business_hours h where h.account_id = r.account_id
    ) end as business_hours
  from assignment_rules r where r.account_id = $1 order by r.position, r.id`;

/** As many sessions as one transaction decides at most. */
const MOST_IN_A_BATCH = 1_000;

/**
 * A member's load is counted only as far as it matters: up to their limit, or wholly when a rule looks
 * for the least busy. A count without bound would read every open session. Whoever holds more than
 * their limit is counted further, by as many as a batch may take from them before it gives them one.
 */
const MEMBERS_SQL = `with need as (
    select $2 or coalesce(bool_or(mode = 'leastBusy'), false) as exact, max(capacity) as capacity,
      exists (select 1 from channel_limits where account_id = $1) as limited
    from assignment_rules where account_id = $1 and enabled
  )
  select m.id, m.active, m.capacity, ${ONLINE_MEMBER} as online, held.count as open,
    case when need.limited then ${REACHED_CHANNELS} end as channels
  from members m cross join need
  cross join lateral (
    select count(*)::int as count from (
      select 1 from sessions s
      where s.account_id = m.account_id and s.assignee_id = m.id
        and s.closed_at is null and s.snoozed_until is null
      limit case when need.exact then null
        else coalesce(greatest(m.capacity, need.capacity) + ${MOST_IN_A_BATCH}, 0) end
    ) as counted
  ) held
  where m.account_id = $1 order by m.created_at, m.id`;

interface RuleRow extends Row {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly conditions: RosterRule["conditions"];
  readonly target: RuleTarget;
  readonly mode: RosterRule["mode"];
  readonly previous_agent_first: boolean;
  readonly owner_first: boolean;
  readonly online_only: boolean;
  readonly capacity: number | null;
  readonly pointer_member_id: string | null;
  readonly team_members: readonly string[] | null;
  readonly business_hours: BusinessHours | null;
}

function parseRule(row: RuleRow): RosterRule {
  return {
    id: row.id,
    name: row.name,
    enabled: row.enabled,
    conditions: row.conditions,
    target: targetOf(row),
    mode: row.mode,
    previousAgentFirst: row.previous_agent_first,
    ownerFirst: row.owner_first,
    onlineOnly: row.online_only,
    capacity: row.capacity,
    pointer: row.pointer_member_id,
  };
}

function targetOf({ target, team_members }: RuleRow): RosterTarget {
  return "team" in target ? { members: team_members ?? [] } : target;
}

interface MemberRow extends Row {
  readonly id: string;
  readonly active: boolean;
  readonly capacity: number | null;
  readonly online: boolean;
  readonly open: number;
  readonly channels: readonly string[] | null;
}

function parseMember(row: MemberRow): RosterMember {
  return {
    id: row.id,
    active: row.active,
    online: row.online,
    capacity: row.capacity,
    channels: row.channels,
    open: row.open,
  };
}
