import type { RosterTeam } from "@punctual/session";
import type { Queryable, Row, Tx } from "../platform/database.ts";
import { RowSet, writeRows } from "./unnest.ts";

export interface TeamTurn {
  readonly accountId: string;
  readonly teamId: string;
  /** Who got the last session by it. */
  readonly memberId: string;
}

/**
 * Teams that sessions were transferred to, by their id, with members in turn order. Those that are gone
 * are left out. Read behind the routing lock, so that turns are fair.
 */
export async function readRosterTeams(
  read: Queryable,
  teams: readonly { readonly accountId: string; readonly teamId: string }[],
): Promise<Map<string, RosterTeam>> {
  if (teams.length === 0) return new Map();
  const rows = await read.query<TeamRow>(TEAMS_SQL, [
    teams.map((team) => team.accountId),
    teams.map((team) => team.teamId),
  ]);
  return new Map(
    rows.map(({ pointer_member_id, ...row }) => [row.id, { ...row, pointer: pointer_member_id }]),
  );
}

interface TeamRow extends Row {
  readonly id: string;
  readonly name: string;
  readonly members: readonly string[];
  readonly pointer_member_id: string | null;
}

const TEAMS_SQL = `select t.id, t.name, t.pointer_member_id, array(
    select m.member_id::text from team_members m
    where m.account_id = t.account_id and m.team_id = t.id
    order by m.position, m.member_id) as members
  from (select distinct account_id, id from unnest($1::uuid[], $2::uuid[]) as u(account_id, id)) k
  join teams t on t.account_id = k.account_id and t.id = k.id`;

const TURNS = new RowSet<TeamTurn>([
  { name: "account_id", type: "uuid", of: (row) => row.accountId },
  { name: "id", type: "uuid", of: (row) => row.teamId },
  { name: "pointer_member_id", type: "uuid", of: (row) => row.memberId },
]);
const TURNS_SQL = TURNS.updateSql("teams", ["account_id", "id"]);

/** Notes whose turn it was, at most once for each team. */
export function writeTeamTurns(tx: Tx, turns: readonly TeamTurn[]): void {
  writeRows(tx, turns, TURNS, TURNS_SQL);
}
