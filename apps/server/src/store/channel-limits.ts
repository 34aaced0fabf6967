/**
 * Access limited to channels. A limit holds for agents: those without rows of their own or of their
 * teams reach every channel, the others the ones that either names. What is set for a supervisor or an
 * admin waits until they are an agent.
 */
import type { Queryable, Row, Tx } from "../platform/database.ts";
import type { MemberKey } from "./presence.ts";

/** Ids of the channels that the member in row `m` of `members` reaches; null: all. An SQL expression. */
export const REACHED_CHANNELS = `(case when m.role = 'agent' then (
    select array_agg(reached.channel_id::text) from (
      select cl.channel_id from channel_limits cl
      where cl.account_id = m.account_id and cl.member_id = m.id
      union
      select cl.channel_id from team_members tm
      join channel_limits cl on cl.account_id = tm.account_id and cl.team_id = tm.team_id
      where tm.account_id = m.account_id and tm.member_id = m.id
    ) reached
  ) end)`;

/** Whose limit it is. */
export type LimitOf =
  | { readonly accountId: string; readonly memberId: string }
  | { readonly accountId: string; readonly teamId: string };

/** Makes these the only channels that they reach; `null`: no limit. */
export function replaceChannelLimit(
  tx: Tx,
  of: LimitOf,
  channelIds: readonly string[] | null,
): void {
  const [column, id] = "memberId" in of ? ["member_id", of.memberId] : ["team_id", of.teamId];
  tx.write(`delete from channel_limits where account_id = $1 and ${column} = $2`, [
    of.accountId,
    id,
  ]);
  if (channelIds === null) return;
  tx.write(
    `insert into channel_limits (account_id, id, channel_id, ${column})
     select $1, gen_random_uuid(), given.id, $2 from unnest($3::uuid[]) as given (id)`,
    [of.accountId, id, channelIds],
  );
}

/** How far each of these members sees: their role, and the channels they reach (`null`: all). */
export async function readSights(
  read: Queryable,
  members: readonly MemberKey[],
): Promise<Map<string, SightRow>> {
  const rows = await read.query<SightRow>(
    `select m.id, m.role, ${REACHED_CHANNELS} as channels from members m
     where (m.account_id, m.id) in (select * from unnest($1::uuid[], $2::uuid[]))`,
    [members.map((row) => row.accountId), members.map((row) => row.memberId)],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

interface SightRow extends Row {
  readonly id: string;
  readonly role: "agent" | "supervisor" | "admin";
  readonly channels: readonly string[] | null;
}

/** Ids of the channels that a member reaches; `null`: all. */
export async function readReachedChannels(
  read: Queryable,
  accountId: string,
  memberId: string,
): Promise<readonly string[] | null> {
  const [row] = await read.query<{ channels: readonly string[] | null }>(
    `select ${REACHED_CHANNELS} as channels from members m where m.account_id = $1 and m.id = $2`,
    [accountId, memberId],
  );
  return row?.channels ?? null;
}

/** The limits that are set for members themselves, by their ids. */
export async function readOwnLimits(
  read: Queryable,
  accountId: string,
): Promise<Map<string, readonly string[]>> {
  const rows = await read.query<{ id: string; channels: string[] }>(
    `select member_id as id, array_agg(channel_id::text order by channel_id) as channels
     from channel_limits where account_id = $1 and member_id is not null
     group by member_id order by member_id`,
    [accountId],
  );
  return new Map(rows.map(({ id, channels }) => [id, channels]));
}

/** The limit that is set for the row `alias` itself; null: none. An SQL expression. */
export function ownLimit(column: "member_id" | "team_id", alias: string): string {
  return `(select array_agg(cl.channel_id::text order by cl.channel_id) from channel_limits cl
    where cl.account_id = ${alias}.account_id and cl.${column} = ${alias}.id)`;
}
