/**
 * Requests that must not be done twice. A key is claimed before the work, with the id its result will
 * have, and gets its answer after:
 *
 *     (none) ──claim──▶ claimed (status 0) ──answer──▶ answered ──24 h──▶ (none)
 *                          └──the work was refused: released──▶ (none)
 *
 * A node that died between claim and answer leaves a claim behind; its result id tells whether the
 * work was committed.
 */
import type { Queryable, Row, Tx } from "../platform/database.ts";

export interface IdempotencyKey {
  readonly accountId: string;
  readonly memberId: string;
  readonly key: string;
}

export interface StoredRequest {
  readonly requestHash: Buffer;
  /** 0: claimed, not answered yet. */
  readonly status: number;
  /** The answer, or before it `{ resultId }`. */
  readonly response: unknown;
  /** Since the claim, by the database's clock. */
  readonly ageMs: number;
}

const LIFETIME_MS = 24 * 3_600_000;

/** Claims the key; `false` when somebody holds it. A key older than 24 h is free. */
export async function claimIdempotencyKey(
  tx: Tx,
  id: IdempotencyKey,
  requestHash: Buffer,
  resultId: string,
): Promise<boolean> {
  tx.write(
    `delete from idempotency_keys k using (
       select account_id, member_id, key from idempotency_keys
       where created_at < (select now_ms()) - ${LIFETIME_MS} order by created_at limit 100
       for update skip locked
     ) old
     where k.account_id = old.account_id and k.member_id = old.member_id and k.key = old.key`,
  );
  const rows = await tx.query(
    `insert into idempotency_keys
       (account_id, member_id, key, request_hash, status, response, created_at)
     values ($1, $2, $3, $4, 0, $5::json, now_ms())
     on conflict (account_id, member_id, key) do update
       set request_hash = excluded.request_hash, status = 0, response = excluded.response,
         created_at = excluded.created_at
       where idempotency_keys.created_at < now_ms() - ${LIFETIME_MS}
     returning key`,
    [id.accountId, id.memberId, id.key, requestHash, JSON.stringify({ resultId })],
  );
  return rows.length > 0;
}

interface KeyRow extends Row {
  readonly request_hash: Buffer;
  readonly status: number;
  readonly response: unknown;
  readonly age_ms: number;
}

export async function readIdempotencyKey(
  read: Queryable,
  id: IdempotencyKey,
): Promise<StoredRequest | null> {
  const [row] = await read.query<KeyRow>(
    `select request_hash, status, response, now_ms() - created_at as age_ms
     from idempotency_keys where account_id = $1 and member_id = $2 and key = $3`,
    [id.accountId, id.memberId, id.key],
  );
  if (row === undefined) return null;
  const { request_hash, status, response, age_ms } = row;
  return { requestHash: request_hash, status, response, ageMs: age_ms };
}

/** Stores the answer that every repetition gets. */
export async function answerIdempotencyKey(
  db: Queryable,
  id: IdempotencyKey,
  status: number,
  response: unknown,
): Promise<void> {
  await db.query(
    `update idempotency_keys set status = $4, response = $5::json
     where account_id = $1 and member_id = $2 and key = $3 and status = 0`,
    [id.accountId, id.memberId, id.key, status, JSON.stringify(response)],
  );
}

/** Frees a claim whose work was refused: the same request may be tried again. */
export async function releaseIdempotencyKey(db: Queryable, id: IdempotencyKey): Promise<void> {
  await db.query(
    `delete from idempotency_keys
     where account_id = $1 and member_id = $2 and key = $3 and status = 0`,
    [id.accountId, id.memberId, id.key],
  );
}

/** Takes over a claim that nobody answered for so long; `false` when somebody else did. */
export async function takeOverIdempotencyKey(
  db: Queryable,
  id: IdempotencyKey,
  olderThanMs: number,
): Promise<boolean> {
  const rows = await db.query(
    `update idempotency_keys set created_at = now_ms()
     where account_id = $1 and member_id = $2 and key = $3 and status = 0
       and created_at < now_ms() - $4::bigint returning key`,
    [id.accountId, id.memberId, id.key, olderThanMs],
  );
  return rows.length > 0;
}
