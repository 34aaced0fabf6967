import type { Queryable, Row } from "../platform/database.ts";

/** Names that an end-of-session message may be filled with. */
export interface SessionNames {
  business(accountId: string): string | null;
  /** `null`: none of the members that were asked for. */
  member(accountId: string, memberId: string): string | null;
}

/** Reads the names of businesses and of members who hold their sessions, for a batch at once. */
export async function readSessionNames(
  read: Queryable,
  sessions: readonly { readonly accountId: string; readonly assigneeId: string | null }[],
): Promise<SessionNames> {
  const asked = new Map(sessions.map((each) => [`${each.accountId} ${each.assigneeId}`, each]));
  const keys = [...asked.values()];
  const rows = await read.query<NamesRow>(NAMES_SQL, [
    keys.map((key) => key.accountId),
    keys.map((key) => key.assigneeId),
  ]);
  const businesses = new Map(rows.map((row) => [row.account_id, row.business]));
  const members = new Map(rows.map((row) => [`${row.account_id} ${row.member_id}`, row.member]));
  return {
    business: (accountId) => businesses.get(accountId) ?? null,
    member: (accountId, memberId) => members.get(`${accountId} ${memberId}`) ?? null,
  };
}

interface NamesRow extends Row {
  readonly account_id: string;
  readonly member_id: string | null;
  readonly business: string;
  readonly member: string | null;
}

const NAMES_SQL = `select k.account_id, k.member_id,
    (select a.name from accounts a where a.id = k.account_id) as business,
    (select m.name from members m where m.account_id = k.account_id and m.id = k.member_id) as member
  from unnest($1::uuid[], $2::uuid[]) as k(account_id, member_id)`;
