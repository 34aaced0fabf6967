/**
 * The line of waiting sessions, as it is shown: unassigned ones and those *waiting for an agent*, the
 * longest wait first (clock.md §8). Sessions that were transferred to a team wait for it alone, so they
 * have positions of their own (docs/adr/0020); those of a team that was deleted wait with all others. Positions are counted from the front, so no reader looks
 * farther than a bounded part of the line.
 */
import type { LinePace } from "@punctual/session";
import { sql } from "kysely";
import type { Queryable } from "../platform/database.ts";
import { IN_LINE } from "./line.ts";
import { type Page, pageOf, readCursor } from "./page.ts";
import { build, runQuery } from "./query-builder.ts";
import { inSight, type Onlooker } from "./visibility.ts";

/** Positions beyond are not counted. */
const LONGEST_LINE = 10_000;

export interface QueueRow {
  readonly position: number;
  readonly id: string;
  readonly account_id: string;
  readonly channel_id: string;
  readonly contact_id: string;
  readonly wait_started_at: number;
  readonly assignee_id: string | null;
  readonly team_id: string | null;
}

function line(accountId: string) {
  return sql<QueueRow & { wait_holders: unknown; closed_at: number | null }>`(
    select f.*, row_number() over (
      partition by f.team_id order by f.wait_started_at, f.id)::int as position from (
      select s.id, s.account_id, s.channel_id, s.contact_id, s.wait_started_at, s.assignee_id,
        t.id as team_id, s.wait_holders, s.closed_at
      from sessions s
      left join teams t on t.account_id = s.account_id and t.id = s.team_id
      where s.account_id = ${accountId}::uuid and ${sql.raw(IN_LINE)}
      order by s.wait_started_at, s.id limit ${sql.lit(LONGEST_LINE)}
    ) f)`;
}

const SCOPE = "queue";

/**
 * One page, whoever is waited for. Positions are those in the whole line, also for an agent who sees
 * only a part of it. Throws `cursor_invalid`.
 * @param onlooker the agent whose sight is limited; `null`: everything is seen.
 */
export async function readQueue(
  read: Queryable,
  accountId: string,
  onlooker: Onlooker | null,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<QueueRow>> {
  const after = readCursor(SCOPE, page.cursor);
  let query = build.selectFrom(line(accountId).as("s")).selectAll("s");
  if (after !== null) {
    query = query.where(
      sql<boolean>`(s.wait_started_at, s.id) > (${after.value}::bigint, ${after.id}::uuid)`,
    );
  }
  if (onlooker !== null) query = query.where(inSight(onlooker));
  const rows = await runQuery(
    read,
    query
      .orderBy("s.wait_started_at")
      .orderBy("s.id")
      .limit(page.limit + 1),
  );
  return pageOf(rows, page.limit, SCOPE, (row) => ({ value: row.wait_started_at, id: row.id }));
}

/** How many sessions are in line, up to 10,000. */
export async function readQueueLength(read: Queryable, accountId: string): Promise<number> {
  const [row] = await read.query<{ count: number }>(
    `select count(*)::int as count from (
       select 1 from sessions s where s.account_id = $1 and ${IN_LINE} limit ${LONGEST_LINE}) f`,
    [accountId],
  );
  return row?.count ?? 0;
}

/** A session's place in line; `null`: it is not in line, or farther back than is counted. */
export async function readPlaceInLine(
  read: Queryable,
  accountId: string,
  sessionId: string,
): Promise<Pick<QueueRow, "position" | "wait_started_at" | "team_id"> | null> {
  const query = build
    .selectFrom(line(accountId).as("s"))
    .select(["s.position", "s.wait_started_at", "s.team_id"])
    .where("s.id", "=", sessionId);
  return (await runQuery(read, query))[0] ?? null;
}

/** Sessions that left longer ago say nothing of how fast the line moves now. */
const PACE_WITHIN_MS = 3_600_000;
const PACE_OF_LAST = 20;

/** What is looked through for the last sessions of one line, in a business with several. */
const PACE_OF_ALL = 1_000;

/**
 * How fast a line moved of late: at most the last 20 sessions of an hour are looked at.
 * @param teamId the team whose line it is; `null`: the line of all.
 */
export async function readLinePace(
  read: Queryable,
  accountId: string,
  teamId: string | null,
): Promise<LinePace> {
  const params = [accountId, teamId];
  const [row] = await read.query<{ left: number; within_ms: number | null }>(PACE_SQL, params);
  return { left: row?.left ?? 0, withinMs: Math.max(0, row?.within_ms ?? 0) };
}

const PACE_SQL = `select count(*)::int as left, now_ms() - min(l.at) as within_ms from (
    select a.at from (
      select a.line_team_id, a.at from assignments a
      where a.account_id = $1 and a.from_line and a.at > now_ms() - ${PACE_WITHIN_MS}
      order by a.at desc limit ${PACE_OF_ALL}
    ) a
    where a.line_team_id is not distinct from $2::uuid
    order by a.at desc limit ${PACE_OF_LAST}
  ) l`;
