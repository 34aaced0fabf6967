import type { Queryable, Row, Tx } from "../platform/database.ts";

/** What an admin changes of a member. */
export interface MemberSettings {
  readonly name: string;
  readonly role: "agent" | "supervisor" | "admin";
  readonly capacity: number | null;
}

export interface MemberToChange extends MemberSettings, Row {
  readonly active: boolean;
  readonly email: string;
  /** The login; `null`: none yet. */
  readonly authUserId: string | null;
}

/** Locks a member; `null`: there is none such in the account. */
export async function loadMemberForUpdate(
  tx: Tx,
  accountId: string,
  memberId: string,
): Promise<MemberToChange | null> {
  const [row] = await tx.query<MemberToChange>(
    `select name, role, capacity, active, email, auth_user_id as "authUserId" from members
     where account_id = $1 and id = $2 for no key update`,
    [accountId, memberId],
  );
  return row ?? null;
}

/** Whether the account has an active admin besides this member. */
export async function hasOtherAdmin(
  read: Queryable,
  accountId: string,
  memberId: string,
): Promise<boolean> {
  const rows = await read.query(
    `select 1 from members
     where account_id = $1 and id <> $2 and active and role = 'admin' limit 1`,
    [accountId, memberId],
  );
  return rows.length > 0;
}

export function writeMemberSettings(
  tx: Tx,
  member: MemberSettings & { readonly accountId: string; readonly memberId: string },
): void {
  tx.write(
    `update members set name = $3, role = $4, capacity = $5 where account_id = $1 and id = $2`,
    [member.accountId, member.memberId, member.name, member.role, member.capacity],
  );
}

export function writeActive(tx: Tx, accountId: string, memberId: string, active: boolean): void {
  tx.write(
    `update members set active = $3, deactivated_at = case when $3 then null else now_ms() end
     where account_id = $1 and id = $2`,
    [accountId, memberId, active],
  );
}

/** Ends every API token of a member for good. */
export function revokeTokensOf(tx: Tx, accountId: string, memberId: string): void {
  tx.write(
    `update api_tokens set revoked_at = now_ms()
     where account_id = $1 and member_id = $2 and revoked_at is null`,
    [accountId, memberId],
  );
}
