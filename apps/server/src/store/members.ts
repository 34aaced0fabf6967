import type { MemberStatus } from "@punctual/contract";
import type { Queryable, Row, Tx } from "../platform/database.ts";
import { ownLimit } from "./channel-limits.ts";
import { ONLINE_MEMBER, SHOWN_STATUS } from "./presence.ts";

export interface NewMember {
  readonly accountId: string;
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: "agent" | "supervisor" | "admin";
}

/** Writes a member; `false` when somebody has this e-mail already, whatever its capitals. */
export async function insertMember(tx: Tx, member: NewMember): Promise<boolean> {
  const rows = await tx.query(
    `insert into members (account_id, id, email, name, role, created_at)
     values ($1, $2, $3, $4, $5, now_ms()) on conflict (lower(email)) do nothing returning id`,
    [member.accountId, member.id, member.email, member.name, member.role],
  );
  return rows.length > 0;
}

export function linkMemberToLogin(
  tx: Tx,
  member: { readonly accountId: string; readonly id: string },
  authUserId: string,
): void {
  tx.write("update members set auth_user_id = $3 where account_id = $1 and id = $2", [
    member.accountId,
    member.id,
    authUserId,
  ]);
}

export interface MemberRow extends Row {
  readonly account_id: string;
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: "agent" | "supervisor" | "admin";
  readonly active: boolean;
  readonly status: MemberStatus;
  readonly auto_away: boolean;
  readonly capacity: number | null;
  readonly has_login: boolean;
  readonly online: boolean;
  readonly open_sessions: number;
  /** The only channels they reach, beside those of their teams; `null`: no limit of their own. */
  readonly channel_ids: readonly string[] | null;
}

const MEMBERS_SQL = `select m.account_id, m.id, m.email, m.name, m.role, m.active, ${SHOWN_STATUS} as status,
    m.auto_away_at is not null as auto_away, m.capacity,
    m.auth_user_id is not null as has_login, ${ONLINE_MEMBER} as online,
    (select count(*)::int from sessions s where s.account_id = m.account_id
      and s.assignee_id = m.id and s.closed_at is null) as open_sessions,
    ${ownLimit("member_id", "m")} as channel_ids
  from members m where m.account_id = $1`;

/** Everybody of the account, in the order they came. */
export async function readMembers(read: Queryable, accountId: string): Promise<MemberRow[]> {
  return await read.query<MemberRow>(`${MEMBERS_SQL} order by m.created_at, m.id`, [accountId]);
}

export async function readMember(
  read: Queryable,
  accountId: string,
  memberId: string,
): Promise<MemberRow | null> {
  const [row] = await read.query<MemberRow>(`${MEMBERS_SQL} and m.id = $2`, [accountId, memberId]);
  return row ?? null;
}

/** Which of these ids are members of the account. */
export async function readMemberIds(
  read: Queryable,
  accountId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await read.query<{ id: string }>(
    "select id from members where account_id = $1 and id = any($2::uuid[])",
    [accountId, ids],
  );
  return new Set(rows.map((row) => row.id));
}

/** Which of these ids are members of the account who were not deactivated. */
export async function readActiveMemberIds(
  read: Queryable,
  accountId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await read.query<{ id: string }>(
    "select id from members where account_id = $1 and id = any($2::uuid[]) and active",
    [accountId, ids],
  );
  return new Set(rows.map((row) => row.id));
}

/** Which of these members are agents: the others see every session anyway. */
export async function readAgentIds(
  read: Queryable,
  accountId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const rows = await read.query<{ id: string }>(
    "select id from members where account_id = $1 and id = any($2::uuid[]) and role = 'agent'",
    [accountId, ids],
  );
  return rows.map((row) => row.id);
}

/** Who somebody is, once they proved it by a token or a login. Deactivated members are nobody. */
export interface IdentityRow extends Row {
  readonly account_id: string;
  readonly id: string;
  readonly role: "agent" | "supervisor" | "admin";
  readonly name: string;
  readonly email: string;
}

export async function readMemberOfLogin(
  read: Queryable,
  authUserId: string,
): Promise<IdentityRow | null> {
  const [row] = await read.query<IdentityRow>(
    `select account_id, id, role, name, email from members
     where auth_user_id = $1 and active`,
    [authUserId],
  );
  return row ?? null;
}

export async function readMemberOfToken(
  read: Queryable,
  tokenHash: Buffer,
): Promise<IdentityRow | null> {
  const [row] = await read.query<IdentityRow>(
    `select m.account_id, m.id, m.role, m.name, m.email from api_tokens t
     join members m on m.account_id = t.account_id and m.id = t.member_id
     where t.token_hash = $1 and t.revoked_at is null and m.active`,
    [tokenHash],
  );
  return row ?? null;
}

/** The member with this e-mail, in whatever account: e-mails are unique on a server. */
export async function readMemberByEmail(
  read: Queryable,
  email: string,
): Promise<IdentityRow | null> {
  const [row] = await read.query<IdentityRow>(
    `select account_id, id, role, name, email from members where lower(email) = lower($1)`,
    [email],
  );
  return row ?? null;
}

/** Everybody's e-mail by their id. */
export async function readMemberEmails(
  read: Queryable,
  accountId: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await read.query<{ id: string; email: string }>(
    "select id, email from members where account_id = $1",
    [accountId],
  );
  return new Map(rows.map((row) => [row.id, row.email]));
}

/** Everybody's name by their id, deactivated members included. */
export async function readMemberNames(
  read: Queryable,
  accountId: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await read.query<{ id: string; name: string }>(
    "select id, name from members where account_id = $1",
    [accountId],
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}
