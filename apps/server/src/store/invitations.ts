import type { Queryable, Tx } from "../platform/database.ts";

const LIFETIME_MS = 7 * 24 * 3_600_000;

/** Replaces the member's open invitations by a new one; gives when it expires, epoch ms. */
export async function insertInvitation(
  tx: Tx,
  invitation: { accountId: string; memberId: string; tokenHash: Buffer },
): Promise<number> {
  const { accountId, memberId, tokenHash } = invitation;
  tx.write("delete from invitations where account_id = $1 and member_id = $2 and used_at is null", [
    accountId,
    memberId,
  ]);
  const [row] = await tx.query<{ expires_at: number }>(
    `insert into invitations (account_id, token_hash, member_id, created_at, expires_at)
     values ($1, $2, $3, now_ms(), now_ms() + $4::bigint) returning expires_at`,
    [accountId, tokenHash, memberId, LIFETIME_MS],
  );
  if (row === undefined) throw new Error("the insert gave no invitation");
  return row.expires_at;
}

export interface Invited {
  readonly accountId: string;
  readonly memberId: string;
  readonly name: string;
  readonly email: string;
  readonly authUserId: string | null;
}

const INVITED_SQL = `select m.account_id as "accountId", m.id as "memberId", m.name, m.email,
    m.auth_user_id as "authUserId"
  from i join members m on m.account_id = i.account_id and m.id = i.member_id and m.active`;

/** Uses an invitation up; `null` when it is used, expired or unknown, or its member deactivated. */
export async function useInvitation(tx: Tx, tokenHash: Buffer): Promise<Invited | null> {
  const [row] = await tx.query<Invited & Record<string, unknown>>(
    `with i as (
       update invitations set used_at = now_ms()
       where token_hash = $1 and used_at is null and expires_at > now_ms()
       returning account_id, member_id
     ) ${INVITED_SQL}`,
    [tokenHash],
  );
  return row ?? null;
}

/** Whom an invitation that can still be used is for. */
export async function readInvitation(read: Queryable, tokenHash: Buffer): Promise<Invited | null> {
  const [row] = await read.query<Invited & Record<string, unknown>>(
    `with i as (
       select account_id, member_id from invitations
       where token_hash = $1 and used_at is null and expires_at > now_ms()
     ) ${INVITED_SQL}`,
    [tokenHash],
  );
  return row ?? null;
}
