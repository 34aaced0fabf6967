import type { Queryable, Row } from "../platform/database.ts";

/** Names that an end-of-session message, or the event of a new session, may be filled with. */
export interface SessionNames {
  business(accountId: string): string | null;
  /** `null`: none of the members that were asked for. */
  member(accountId: string, memberId: string): string | null;
  /** Throws unless it is a channel of the sessions that were asked for. */
  channel(accountId: string, channelId: string): string;
}

/** Reads the names of businesses, of their channels and of members who hold sessions, for a batch at once. */
export async function readSessionNames(
  read: Queryable,
  sessions: readonly {
    readonly accountId: string;
    readonly assigneeId: string | null;
    readonly channelId: string;
  }[],
): Promise<SessionNames> {
  const asked = new Map(
    sessions.map((each) => [`${each.assigneeId} ${each.accountId} ${each.channelId}`, each]),
  );
  const keys = [...asked.values()];
  const rows = await read.query<NamesRow>(NAMES_SQL, [
    keys.map((key) => key.accountId),
    keys.map((key) => key.assigneeId),
    keys.map((key) => key.channelId),
  ]);
  const businesses = new Map(rows.map((row) => [row.account_id, row.business]));
  const members = new Map(rows.map((row) => [`${row.account_id} ${row.member_id}`, row.member]));
  const channels = new Map(rows.map((row) => [`${row.account_id} ${row.channel_id}`, row.channel]));
  return {
    business: (accountId) => businesses.get(accountId) ?? null,
    member: (accountId, memberId) => members.get(`${accountId} ${memberId}`) ?? null,
    channel: (accountId, channelId) => {
      const name = channels.get(`${accountId} ${channelId}`);
      if (name === undefined) throw new Error(`channel ${channelId} is not in this batch`);
      return name;
    },
  };
}

interface NamesRow extends Row {
  readonly account_id: string;
  readonly member_id: string | null;
  readonly business: string;
  readonly member: string | null;
  readonly channel_id: string;
  readonly channel: string;
}

const NAMES_SQL = `select k.account_id, k.member_id, k.channel_id,
    (select a.name from accounts a where a.id = k.account_id) as business,
    (select m.name from members m where m.account_id = k.account_id and m.id = k.member_id) as member,
    (select ch.name from channels ch where ch.account_id = k.account_id and ch.id = k.channel_id) as channel
  from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as k(account_id, member_id, channel_id)`;
