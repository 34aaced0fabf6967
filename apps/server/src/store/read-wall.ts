import type { MemberStatus } from "@punctual/contract";
import type { Queryable, Row } from "../platform/database.ts";
import { ONLINE_MEMBER, SHOWN_STATUS } from "./presence.ts";

/** A member as the wall shows them, besides their sessions. */
export interface WallMember extends Row {
  readonly id: string;
  readonly name: string;
  readonly role: "agent" | "supervisor" | "admin";
  readonly status: MemberStatus;
  readonly auto_away: boolean;
  readonly online: boolean;
  readonly capacity: number | null;
}

/** The account's active members, by name. */
export async function readWallMembers(read: Queryable, accountId: string): Promise<WallMember[]> {
  return await read.query<WallMember>(
    `select m.id, m.name, m.role, ${SHOWN_STATUS} as status,
       m.auto_away_at is not null as auto_away, ${ONLINE_MEMBER} as online, m.capacity
     from members m where m.account_id = $1 and m.active order by lower(m.name), m.id`,
    [accountId],
  );
}

/** What a channel is called. */
export interface ChannelName extends Row {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
}

/** The account's channels, by name. */
export async function readChannelNames(read: Queryable, accountId: string): Promise<ChannelName[]> {
  return await read.query<ChannelName>(
    "select id, kind, name from channels where account_id = $1 order by lower(name), id",
    [accountId],
  );
}

/** What a team is called. */
export interface TeamName extends Row {
  readonly id: string;
  readonly name: string;
}

/** The account's teams, by name. */
export async function readTeamNames(read: Queryable, accountId: string): Promise<TeamName[]> {
  return await read.query<TeamName>(
    "select id, name from teams where account_id = $1 order by lower(name)",
    [accountId],
  );
}

/** Waits that a reply ended since then (epoch ms), and how many of them were never overdue. */
export async function readAnsweredSince(
  read: Queryable,
  accountId: string,
  since: number,
): Promise<{ readonly answered: number; readonly withinLimit: number }> {
  const [row] = await read.query<{ answered: number; within: number }>(
    `select count(*)::int as answered,
       count(*) filter (where overdue_since is null)::int as within
     from waits where account_id = $1 and ended_at >= $2 and outcome = 'answered'`,
    [accountId, since],
  );
  return { answered: row?.answered ?? 0, withinLimit: row?.within ?? 0 };
}
