import type { Queryable, Row, Tx } from "../platform/database.ts";

export interface TokenRow extends Row {
  readonly account_id: string;
  readonly id: string;
  readonly member_id: string;
  readonly name: string;
  readonly created_at: number;
}

/** Stores a token by its hash; the secret itself is kept nowhere. */
export async function insertToken(
  tx: Tx,
  token: { accountId: string; id: string; memberId: string; name: string; tokenHash: Buffer },
): Promise<TokenRow> {
  const [row] = await tx.query<TokenRow>(
    `insert into api_tokens (account_id, id, member_id, name, token_hash, created_at)
     values ($1, $2, $3, $4, $5, now_ms())
     returning account_id, id, member_id, name, created_at`,
    [token.accountId, token.id, token.memberId, token.name, token.tokenHash],
  );
  if (row === undefined) throw new Error("the insert gave no token");
  return row;
}

/** Ends a token for good and gives it; `null`: there is none such, or it is not this member's. */
export async function revokeToken(
  tx: Tx,
  token: { accountId: string; id: string; memberId: string | null },
): Promise<TokenRow | null> {
  const [row] = await tx.query<TokenRow>(
    `update api_tokens set revoked_at = now_ms()
     where account_id = $1 and id = $2 and revoked_at is null
       and ($3::uuid is null or member_id = $3)
     returning account_id, id, member_id, name, created_at`,
    [token.accountId, token.id, token.memberId],
  );
  return row ?? null;
}

/** Live tokens of one member, or (`memberId` null) of everybody. */
export async function readTokens(
  read: Queryable,
  accountId: string,
  memberId: string | null,
): Promise<TokenRow[]> {
  return await read.query<TokenRow>(
    `select account_id, id, member_id, name, created_at from api_tokens
     where account_id = $1 and revoked_at is null and ($2::uuid is null or member_id = $2)
     order by created_at, id`,
    [accountId, memberId],
  );
}
