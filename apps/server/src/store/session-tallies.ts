/**
 * How many open sessions there are of each kind. A wall wants all of it, by channel, team and assignee: one
 * pass over the open sessions. The views of an inbox are counted for everybody all day and want less:
 * totals come from indexes alone, and rows are looked at of those sessions only that stand out.
 */
import { sql } from "kysely";
import type { Queryable } from "../platform/database.ts";
import { build, runQuery } from "./query-builder.ts";
import { isUnread } from "./session-reads.ts";
import { type Onlooker, sightPart } from "./visibility.ts";

/** Open sessions of one channel, team and assignee. Times are epoch ms; `null`: none has one. */
export interface SessionTally {
  readonly channel_id: string;
  /** The team they were transferred to. */
  readonly team_id: string | null;
  /** `null`: nobody holds them. */
  readonly assignee_id: string | null;
  readonly open: number;
  /** Not snoozed: what counts against a capacity. */
  readonly active: number;
  /** Their customers are owed a reply. */
  readonly waiting: number;
  /** The clock warned, and they are not overdue. */
  readonly due_soon: number;
  readonly overdue: number;
  readonly longest_wait_since: number | null;
  /** The nearest reply deadline ahead. */
  readonly next_reply_due_at: number | null;
}

/** All open sessions of the account. */
export async function readSessionTallies(
  read: Queryable,
  accountId: string,
): Promise<SessionTally[]> {
  return await runQuery(read, tallies(accountId));
}

/** What an agent holds of them. */
export async function readTalliesHeld(read: Queryable, holder: Onlooker): Promise<SessionTally[]> {
  const query = tallies(holder.accountId).where("s.assignee_id", "=", holder.memberId);
  return await runQuery(read, query);
}

/**
 * What an agent sees besides what they hold and what nobody holds: sessions they support, follow, or held
 * in the running wait.
 */
export async function readTalliesJoined(
  read: Queryable,
  onlooker: Onlooker,
): Promise<SessionTally[]> {
  const { accountId, memberId } = onlooker;
  const query = tallies(accountId)
    .where(sql<boolean>`(${sightPart("joined", onlooker)} or ${sightPart("handedOn", onlooker)})`)
    .where(sql<boolean>`s.assignee_id is distinct from ${memberId}::uuid`)
    .where(sql<boolean>`not ${sightPart("unassigned", onlooker)}`);
  return await runQuery(read, query);
}

function tallies(accountId: string) {
  return build
    .selectFrom("sessions as s")
    .select([
      "s.channel_id",
      "s.team_id",
      "s.assignee_id",
      sql<number>`count(*)::int`.as("open"),
      sql<number>`count(*) filter (where s.snoozed_until is null)::int`.as("active"),
      sql<number>`count(s.wait_number)::int`.as("waiting"),
      sql<number>`count(*) filter (where s.overdue_at is not null and s.warn_at is null)::int`.as(
        "due_soon",
      ),
      sql<number>`count(s.wait_overdue_since)::int`.as("overdue"),
      sql<number | null>`min(s.wait_started_at)`.as("longest_wait_since"),
      sql<number | null>`min(s.overdue_at)`.as("next_reply_due_at"),
    ])
    .where("s.account_id", "=", accountId)
    .where("s.closed_at", "is", null)
    .groupBy(["s.channel_id", "s.team_id", "s.assignee_id"]);
}

/** Open sessions of one channel, team and assignee that are nobody's, overdue or due soon. */
export interface StandingOut {
  readonly channel_id: string;
  readonly team_id: string | null;
  readonly assignee_id: string | null;
  /** Nobody's. */
  readonly unassigned: number;
  readonly due_soon: number;
  readonly overdue: number;
}

/** What the views of everybody in the business are counted from. */
export interface ViewTallies {
  /** Open sessions of each channel that has any. */
  readonly channels: readonly { readonly id: string; readonly open: number }[];
  /** Open sessions that were transferred to a team. */
  readonly teams: readonly { readonly id: string; readonly open: number }[];
  readonly standingOut: readonly StandingOut[];
}

/** Each from indexes that hold nothing else. */
export async function readViewTallies(read: Queryable, accountId: string): Promise<ViewTallies> {
  const open = build
    .selectFrom("sessions as s")
    .where("s.account_id", "=", accountId)
    .where("s.closed_at", "is", null);
  const count = sql<number>`count(*)::int`;
  const isDueSoon = sql<boolean>`(s.overdue_at is not null and s.warn_at is null)`;
  const [channels, teams, standingOut] = await Promise.all([
    runQuery(read, open.select(["s.channel_id as id", count.as("open")]).groupBy("s.channel_id")),
    runQuery(
      read,
      open
        .select([sql<string>`s.team_id`.as("id"), count.as("open")])
        .where("s.team_id", "is not", null)
        .groupBy("s.team_id"),
    ),
    runQuery(
      read,
      open
        .select([
          "s.channel_id",
          "s.team_id",
          "s.assignee_id",
          sql<number>`count(*) filter (where s.assignee_id is null)::int`.as("unassigned"),
          sql<number>`count(*) filter (where ${isDueSoon})::int`.as("due_soon"),
          sql<number>`count(s.wait_overdue_since)::int`.as("overdue"),
        ])
        .where(
          sql<boolean>`(s.assignee_id is null or s.wait_overdue_since is not null or ${isDueSoon})`,
        )
        .groupBy(["s.channel_id", "s.team_id", "s.assignee_id"]),
    ),
  ]);
  return { channels, teams, standingOut };
}

/** How many of a member's own are looked at for being unread. */
const UNREAD_COUNTED = 1_000;

/** Of the open sessions: how many the member supports or follows, and how many they hold are unread. */
export async function readOwnCounts(
  read: Queryable,
  { accountId, memberId }: Onlooker,
): Promise<{ readonly joined: number; readonly unread: number }> {
  const open = build
    .selectFrom("sessions as s")
    .where("s.account_id", "=", accountId)
    .where("s.closed_at", "is", null);
  const [[joined], [unread]] = await Promise.all([
    runQuery(
      read,
      open
        .select(sql<number>`count(*)::int`.as("count"))
        .where(sightPart("joined", { accountId, memberId })),
    ),
    runQuery(
      read,
      build
        .selectFrom(
          open
            .select(["s.account_id", "s.id"])
            .where("s.assignee_id", "=", memberId)
            .limit(UNREAD_COUNTED)
            .as("s"),
        )
        .select(sql<number>`count(*)::int`.as("count"))
        .where(isUnread(memberId)),
    ),
  ]);
  return { joined: joined?.count ?? 0, unread: unread?.count ?? 0 };
}

/** Whose customer waits longest; `null`: nobody waits. */
export async function readLongestWait(
  read: Queryable,
  accountId: string,
): Promise<LongestWait | null> {
  const [row] = await read.query<LongestWait & { [name: string]: unknown }>(
    `select s.id, s.channel_id, s.assignee_id, s.wait_started_at, c.name as contact_name
     from sessions s
     join contacts c on c.account_id = s.account_id and c.id = s.contact_id
     where s.account_id = $1 and s.closed_at is null
     order by coalesce(s.wait_started_at, ${Number.MAX_SAFE_INTEGER}), s.id limit 1`,
    [accountId],
  );
  return row === undefined || row.wait_started_at === null ? null : row;
}

export interface LongestWait {
  readonly id: string;
  readonly channel_id: string;
  readonly assignee_id: string | null;
  readonly wait_started_at: number;
  readonly contact_name: string | null;
}
