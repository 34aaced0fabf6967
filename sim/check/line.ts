import type { Queryable, Row } from "../../apps/server/src/platform/database.ts";
import { PACE } from "../../apps/server/src/platform/pace.ts";
import type { SimViolation } from "../checker.ts";
import type { WorldHistory } from "./world.ts";

/**
 * A session in line: it waits, and nobody holds it, whoever holds it doesn't answer, or went offline in a
 * business that moves sessions then.
 */
export interface InLine extends Row {
  readonly id: string;
  readonly account_id: string;
  readonly channel_id: string;
  readonly is_returning: boolean;
  readonly assignee_id: string | null;
  /** Of the team that it was transferred to. */
  readonly team_members: readonly string[] | null;
  readonly moves: boolean;
  readonly wait_waiting_for_agent: boolean;
  readonly wait_tries: number;
  readonly wait_holders: readonly string[];
  readonly wait_not_back_to: readonly string[];
}

export interface LineRule extends Row {
  readonly id: string;
  readonly account_id: string;
  readonly conditions: {
    readonly customer?: "new" | "returning";
    readonly businessHours?: "within" | "outside";
  };
  readonly target: { readonly everyone?: true; readonly members?: readonly string[] };
  /** Of the team that it targets. */
  readonly team_members: readonly string[] | null;
  readonly online_only: boolean;
  readonly capacity: number | null;
}

export interface LineMember extends Row {
  readonly id: string;
  readonly account_id: string;
  readonly capacity: number | null;
  readonly open: number;
}

/** clock.md §8: once all is at rest, nobody stands in line whom somebody could take. */
export async function judgeLine(
  observer: Queryable,
  world: WorldHistory,
  now: number,
): Promise<readonly SimViolation[]> {
  const [line, rules, members] = await Promise.all([
    observer.query<InLine>(LINE_SQL),
    observer.query<LineRule>(RULES_SQL),
    observer.query<LineMember>(MEMBERS_SQL),
  ]);
  return line.flatMap((session) => {
    const { assignee_id: assignee } = session;
    const isBack = assignee !== null && world.wasEligible(assignee, true, now);
    if (session.moves && !session.wait_waiting_for_agent && isBack) return [];
    const own = rules.filter(({ account_id }) => account_id === session.account_id);
    if (hoursJustTurned(own, session, world, now)) return [];
    const rule = ruleOf(session) ?? own.find((each) => matches(each, session, world, now));
    const taker = rule && members.find((each) => couldTake(each, session, rule, world, now));
    if (taker === undefined) return [];
    const what = `it stands in line though ${taker.id} could take it`;
    return [{ rule: "§8", what, sessionId: session.id }];
  });
}

/** A team's sessions go to whoever of it is online and has a place. */
function ruleOf({ account_id, team_members }: InLine): LineRule | null {
  if (team_members === null) return null;
  const target = { members: team_members };
  const asks = { conditions: {}, target, team_members: null, online_only: true, capacity: null };
  return { id: "team", account_id, ...asks };
}

/** The line moves soon after the business opened or closed, and until then nobody is blamed. */
function hoursJustTurned(
  rules: readonly LineRule[],
  { account_id }: InLine,
  world: WorldHistory,
  now: number,
): boolean {
  const asks = rules.some(({ conditions }) => conditions.businessHours !== undefined);
  const turnMs = 2 * PACE.linePollMs + TURN_MS;
  const before = world.was("within", account_id, now - turnMs, now - turnMs);
  return asks && before !== world.was("within", account_id, now, now);
}

const TURN_MS = 60_000;

/** The simulator's rules ask at most whether the customer is new, and whether the business is open. */
function matches(
  { conditions }: LineRule,
  session: InLine,
  world: WorldHistory,
  now: number,
): boolean {
  const { customer, businessHours, ...others } = conditions;
  if (Object.keys(others).length > 0) return false;
  const isOpenFor =
    businessHours === undefined || world.was(businessHours, session.account_id, now, now);
  return (
    isOpenFor && (customer === undefined || (customer === "returning") === session.is_returning)
  );
}

export function couldTake(
  member: LineMember,
  session: InLine,
  rule: LineRule,
  world: Pick<WorldHistory, "wasEligible" | "couldReach">,
  now: number,
): boolean {
  const { id } = member;
  const isWaiting = session.assignee_id !== null;
  const excluded = new Set([
    ...session.wait_not_back_to,
    ...(isWaiting ? session.wait_holders : []),
  ]);
  const isTarget =
    rule.target.everyone === true ||
    rule.target.members?.includes(id) === true ||
    rule.team_members?.includes(id) === true;
  const limits = [rule.capacity, member.capacity].flatMap((limit) => limit ?? []);
  return (
    member.account_id === session.account_id &&
    isTarget &&
    !excluded.has(id) &&
    member.open < Math.min(...limits, Number.POSITIVE_INFINITY) &&
    world.couldReach(id, session.channel_id, now) &&
    world.wasEligible(id, rule.online_only, now)
  );
}

/**
 * Whatever waits for an agent and has no try left becomes exhausted, and then it is anybody's. What moves away
 * has a while to do so: somebody may become idle at any time.
 */
const LINE_SQL = `select * from (
  select s.id, s.account_id, s.channel_id, is_returning, assignee_id, wait_waiting_for_agent, wait_tries,
    wait_holders, wait_not_back_to,
    case when s.team_id is not null then ${membersOf("s.team_id")} end as team_members,
    coalesce(m.sessions_move_at <= now_ms() - 120000 and s.assigned_at <= m.sessions_move_at
      and s.wait_known_at <= m.sessions_move_at, false) as moves
  from sessions s left join members m on m.account_id = s.account_id and m.id = s.assignee_id
  where wait_number is not null and parked_at is null) waiting
  where assignee_id is null or wait_waiting_for_agent or moves`;

const RULES_SQL = `select id, account_id, conditions, target, online_only, capacity,
    case when target ->> 'team' is not null
      then ${membersOf("(target ->> 'team')::uuid")} end as team_members
  from assignment_rules where enabled order by account_id, position, id`;

/** The members of a team as JSON. An SQL expression. */
function membersOf(teamId: string): string {
  return `coalesce((select json_agg(t.member_id) from team_members t where t.team_id = ${teamId}),
    '[]')`;
}

const MEMBERS_SQL = `select m.id, m.account_id, m.capacity, (select count(*)::int from sessions s
    where s.account_id = m.account_id and s.assignee_id = m.id and s.closed_at is null
      and s.snoozed_until is null) as open
  from members m where m.active order by m.id`;
