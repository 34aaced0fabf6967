import type { Queryable, Row, Tx } from "../platform/database.ts";
import { ownLimit } from "./channel-limits.ts";

export interface TeamRow extends Row {
  readonly id: string;
  readonly name: string;
  readonly created_at: number;
  /** In the order of their turns. */
  readonly member_ids: readonly string[];
  /** The only channels that its agents reach; `null`: it sets no limit. */
  readonly channel_ids: readonly string[] | null;
}

/** A team of an account. */
export interface TeamKey {
  readonly accountId: string;
  readonly id: string;
}

const TEAMS_SQL = `select t.id, t.name, t.created_at, array(
    select tm.member_id::text from team_members tm
    where tm.account_id = t.account_id and tm.team_id = t.id
    order by tm.position, tm.member_id) as member_ids, ${ownLimit("team_id", "t")} as channel_ids
  from teams t where t.account_id = $1`;

/** The account's teams with their members, by name. */
export async function readTeams(read: Queryable, accountId: string): Promise<TeamRow[]> {
  return await read.query<TeamRow>(`${TEAMS_SQL} order by lower(t.name)`, [accountId]);
}

export async function readTeam(
  read: Queryable,
  { accountId, id }: TeamKey,
): Promise<TeamRow | null> {
  const [row] = await read.query<TeamRow>(`${TEAMS_SQL} and t.id = $2`, [accountId, id]);
  return row ?? null;
}

/** Writes a team without members; `false` when the name is taken, whatever its capitals. */
export async function insertTeam(tx: Tx, team: TeamKey & { name: string }): Promise<boolean> {
  const rows = await tx.query(
    `insert into teams (account_id, id, name, created_at) values ($1, $2, $3, now_ms())
     on conflict (account_id, lower(name)) do nothing returning id`,
    [team.accountId, team.id, team.name],
  );
  return rows.length > 0;
}

/** `false` when another team has this name. The caller holds the teams' lock. */
export async function renameTeam(tx: Tx, team: TeamKey & { name: string }): Promise<boolean> {
  const rows = await tx.query(
    `update teams set name = $3 where account_id = $1 and id = $2 and not exists (
       select 1 from teams other where other.account_id = $1 and other.id <> $2
         and lower(other.name) = lower($3))
     returning id`,
    [team.accountId, team.id, team.name],
  );
  return rows.length > 0;
}

/** Makes these the team's members, in this order. */
export function replaceTeamMembers(tx: Tx, team: TeamKey, memberIds: readonly string[]): void {
  tx.write("delete from team_members where account_id = $1 and team_id = $2", [
    team.accountId,
    team.id,
  ]);
  tx.write(
    `insert into team_members (account_id, team_id, member_id, position)
     select $1, $2, member_id, position
     from unnest($3::uuid[]) with ordinality as given (member_id, position)`,
    [team.accountId, team.id, memberIds],
  );
}

/** Rows that one statement changes: very many sessions may have been transferred to a team. */
const AT_ONCE = 2_000;

/** Deletes a team, its memberships and its limit. Sessions that were transferred to it are of no team. */
export async function deleteTeam(
  tx: Tx,
  { accountId, id }: TeamKey,
  atOnce = AT_ONCE,
): Promise<void> {
  let left: number;
  do {
    left = (await tx.query(LEAVE_SQL, [accountId, id, atOnce])).length;
  } while (left === atOnce);
  tx.write("delete from team_members where account_id = $1 and team_id = $2", [accountId, id]);
  tx.write("delete from channel_limits where account_id = $1 and team_id = $2", [accountId, id]);
  tx.write("delete from teams where account_id = $1 and id = $2", [accountId, id]);
}

const LEAVE_SQL = `update sessions set team_id = null
  where account_id = $1 and id = any(array(
    select id from sessions where account_id = $1 and team_id = $2 order by id limit $3 for update))
  returning id`;

/** The assignment rules that give sessions to the team. */
export async function readRulesOfTeam(
  read: Queryable,
  team: TeamKey,
): Promise<{ readonly id: string; readonly name: string }[]> {
  return await read.query<{ id: string; name: string }>(
    `select id, name from assignment_rules where account_id = $1 and target->>'team' = $2
     order by position, id`,
    [team.accountId, team.id],
  );
}
