/**
 * One-time links by which somebody chooses a password: the invitation of a new member, or the reset of
 * a forgotten one. Only a hash is stored; what is mailed is keyed by it.
 */
import type { Queryable, Tx } from "../platform/database.ts";
import { withdrawEmails } from "./emails.ts";

export type LinkPurpose = "invitation" | "passwordReset";

/** How an e-mail with this link is keyed, so that it is withdrawn with the link. */
export function emailKeyOf(tokenHash: Buffer): string {
  return `link:${tokenHash.toString("hex")}`;
}

export interface NewLink {
  readonly accountId: string;
  readonly memberId: string;
  readonly purpose: LinkPurpose;
  readonly tokenHash: Buffer;
  readonly lifetimeMs: number;
}

/** Gives when the link expires, epoch ms. */
export async function insertLink(tx: Tx, link: NewLink): Promise<number> {
  const { accountId, memberId, purpose, tokenHash, lifetimeMs } = link;
  const [row] = await tx.query<{ expires_at: number }>(
    `insert into invitations (account_id, token_hash, member_id, purpose, created_at, expires_at)
     values ($1, $2, $3, $4, now_ms(), now_ms() + $5::bigint) returning expires_at`,
    [accountId, tokenHash, memberId, purpose, lifetimeMs],
  );
  if (row === undefined) throw new Error("the insert gave no link");
  return row.expires_at;
}

/** Ends the member's unused links, and what of them was not mailed yet. Gives how many could be used. */
export async function endLinksOf(tx: Tx, accountId: string, memberId: string): Promise<number> {
  const rows = await tx.query<{ token_hash: Buffer; usable: boolean }>(
    `delete from invitations where account_id = $1 and member_id = $2 and used_at is null
     returning token_hash, expires_at > now_ms() as usable`,
    [accountId, memberId],
  );
  withdrawEmails(
    tx,
    rows.map((row) => ({ accountId, key: emailKeyOf(row.token_hash) })),
  );
  return rows.filter((row) => row.usable).length;
}

/** Whether a link for this was made within the last so many ms. */
export async function hadLinkSince(
  read: Queryable,
  of: Pick<NewLink, "accountId" | "memberId" | "purpose">,
  withinMs: number,
): Promise<boolean> {
  const rows = await read.query(
    `select 1 from invitations
     where account_id = $1 and member_id = $2 and purpose = $3 and created_at > now_ms() - $4
     limit 1`,
    [of.accountId, of.memberId, of.purpose, withinMs],
  );
  return rows.length > 0;
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

/**
 * Uses a link up; `null` when it is used, expired or unknown, or its member deactivated. The caller holds
 * the member's lock.
 */
export async function useLink(
  tx: Tx,
  purpose: LinkPurpose,
  tokenHash: Buffer,
): Promise<Invited | null> {
  const [row] = await tx.query<Invited & Record<string, unknown>>(
    `with i as (
       update invitations set used_at = now_ms()
       where token_hash = $1 and purpose = $2 and used_at is null and expires_at > now_ms()
       returning account_id, member_id
     ) ${INVITED_SQL}`,
    [tokenHash, purpose],
  );
  return row ?? null;
}

/** Whom a link that can still be used is for. */
export async function readLink(
  read: Queryable,
  purpose: LinkPurpose,
  tokenHash: Buffer,
): Promise<Invited | null> {
  const [row] = await read.query<Invited & Record<string, unknown>>(
    `with i as (
       select account_id, member_id from invitations
       where token_hash = $1 and purpose = $2 and used_at is null and expires_at > now_ms()
     ) ${INVITED_SQL}`,
    [tokenHash, purpose],
  );
  return row ?? null;
}
