/**
 * E-mails to members: written in the commit of what they tell, sent by the mail loop, their text forgotten
 * once nothing is sent any more. The states are drawn in the migration.
 */
import type { Queryable, Row, Tx } from "../platform/database.ts";
import { RowSet, writeRows } from "./unnest.ts";

export interface NewEmail {
  readonly accountId: string;
  /** One address. */
  readonly to: string;
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
  /** What it is about, as figures and withdrawals name it: `invitation`, … */
  readonly kind: string;
  /** Whatever has this key already in the account was mailed already: nothing is queued. */
  readonly key: string;
  /** After so many ms it is of no use and isn't sent any more. */
  readonly usefulForMs: number;
}

/** Queues e-mails with the commit; only where this server mails at all (`deps.mail`). */
export function queueEmails(tx: Tx, emails: readonly NewEmail[]): void {
  writeRows(tx, emails, NEW, NEW_SQL);
}

const NEW = new RowSet<NewEmail>([
  { name: "account_id", type: "uuid", of: (row) => row.accountId },
  { name: "to_address", type: "text", of: (row) => row.to },
  { name: "subject", type: "text", of: (row) => row.subject },
  { name: "body", type: "text", of: (row) => row.text },
  { name: "kind", type: "text", of: (row) => row.kind },
  { name: "dedupe_key", type: "text", of: (row) => row.key },
  { name: "useful_for_ms", type: "bigint", of: (row) => row.usefulForMs },
]);
const NEW_SQL = `insert into emails (account_id, id, to_address, subject, body, kind, dedupe_key,
    created_at, expires_at, next_attempt_at)
  select u.account_id, gen_random_uuid(), u.to_address, u.subject, u.body, u.kind, u.dedupe_key,
    now_ms(), now_ms() + u.useful_for_ms, now_ms()
  from ${NEW.unnest} as u(${NEW.names})
  on conflict (account_id, dedupe_key) do nothing`;

export interface EmailKey {
  readonly accountId: string;
  readonly key: string;
}

const KEYS = new RowSet<EmailKey>([
  { name: "account_id", type: "uuid", of: (row) => row.accountId },
  { name: "dedupe_key", type: "text", of: (row) => row.key },
]);
const WITHDRAW_SQL = `update emails e
  set withdrawn_at = now_ms(), next_attempt_at = null, body = null
  from ${KEYS.unnest} as u(${KEYS.names})
  where e.account_id = u.account_id and e.dedupe_key = u.dedupe_key
    and e.next_attempt_at is not null`;

/** Withdraws what no longer holds, as far as it has not left. */
export function withdrawEmails(tx: Tx, keys: readonly EmailKey[]): void {
  writeRows(tx, keys, KEYS, WITHDRAW_SQL);
}

/** An e-mail claimed for sending. */
export interface ClaimedEmail extends Row {
  readonly account_id: string;
  readonly id: string;
  readonly to_address: string;
  readonly subject: string;
  readonly body: string;
  /** 1 for the first. */
  readonly attempts: number;
}

/** Claims what is due, in a commit of its own, before anything goes out. */
export async function claimEmails(tx: Tx, limit: number): Promise<readonly ClaimedEmail[]> {
  tx.write(EXPIRE_SQL, [limit]);
  return await tx.query<ClaimedEmail>(CLAIM_SQL, [limit]);
}

const EXPIRE_SQL = `update emails set failed_at = now_ms(), next_attempt_at = null, body = null,
    error = coalesce(error || ' — ', '') || 'too late to be of use'
  where (account_id, id) in (
    select account_id, id from emails
    where next_attempt_at <= (select now_ms()) and expires_at <= (select now_ms())
    order by next_attempt_at limit $1 for update skip locked)`;

const CLAIM_SQL = `with due as (
    select account_id, id from emails
    where next_attempt_at <= (select now_ms()) and expires_at > (select now_ms())
    order by next_attempt_at limit $1 for update skip locked
  )
  update emails e set claimed_at = now_ms(), next_attempt_at = null, attempts = attempts + 1
  from due where e.account_id = due.account_id and e.id = due.id
  returning e.account_id, e.id, e.to_address, e.subject, e.body, e.attempts`;

/**
 * Gives up e-mails whose sender died: the mail server may have taken them, and none is sent twice. Gives
 * how many.
 */
export async function giveUpStaleEmails(tx: Tx, staleMs: number): Promise<number> {
  const rows = await tx.query(
    `update emails set failed_at = now_ms(), claimed_at = null, body = null,
       error = 'the process that sent it ended before the answer came: it may have arrived'
     where claimed_at <= (select now_ms()) - $1::bigint returning id`,
    [staleMs],
  );
  return rows.length;
}

/** Ms until the next e-mail may leave; `null`: none waits. */
export async function readNextEmailInMs(read: Queryable): Promise<number | null> {
  const [row] = await read.query<{ ms: number | null }>(
    `select min(next_attempt_at) - now_ms() as ms from emails where next_attempt_at is not null`,
  );
  return row?.ms ?? null;
}

/** What became of an attempt; after a `retry` it waits again. */
export type EmailOutcome =
  | { readonly type: "sent" }
  | { readonly type: "retry"; readonly error: string; readonly inMs: number }
  | { readonly type: "failed"; readonly error: string };

/** Records the outcome of a claimed e-mail, unless it was given up meanwhile. */
export function recordEmail(
  tx: Tx,
  email: Pick<ClaimedEmail, "account_id" | "id">,
  outcome: EmailOutcome,
): void {
  const { type } = outcome;
  tx.write(
    `update emails set claimed_at = null,
       sent_at = case when $3 = 'sent' then now_ms() end,
       failed_at = case when $3 = 'failed' then now_ms() end,
       next_attempt_at = case when $3 = 'retry' then now_ms() + $4::bigint end,
       body = case when $3 = 'retry' then body end,
       error = $5
     where account_id = $1 and id = $2 and claimed_at is not null`,
    [
      email.account_id,
      email.id,
      type,
      type === "retry" ? outcome.inMs : 0,
      type === "sent" ? null : outcome.error,
    ],
  );
}

const KEPT_MS = 30 * 24 * 3_600_000;

/** Deletes a bounded number of e-mails that are long settled, and with them what was mailed once. */
export function deleteOldEmails(tx: Tx, limit: number): void {
  tx.write(
    `delete from emails where ctid = any(array(
       select ctid from emails where created_at < (select now_ms()) - $1::bigint
         and num_nonnulls(next_attempt_at, claimed_at) = 0
       order by created_at limit $2))`,
    [KEPT_MS, limit],
  );
}
