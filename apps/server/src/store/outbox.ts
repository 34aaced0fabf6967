import type { MessageContent } from "@punctual/contract";
import type { Queryable, Row, Tx } from "../platform/database.ts";
import { eventType } from "./account-events.ts";

/** A message claimed for sending, with everything a channel needs to send it. */
export interface ClaimedSend {
  readonly accountId: string;
  readonly messageId: string;
  readonly sessionId: string;
  readonly channelId: string;
  readonly contactId: string;
  readonly kind: "agent" | "end";
  /** 1 for the first try. */
  readonly attempt: number;
  readonly content: MessageContent;
  readonly replyTo: string | null;
  readonly channelKind: string;
  readonly channelConfig: unknown;
  readonly to: { readonly userId: string | null; readonly phone: string | null };
  readonly lastCustomerStamp: number | null;
  /** For an end message: its close still stands, and the contact has no newer session. */
  readonly closeStands: boolean;
  readonly now: number;
}

interface ClaimedRow extends Row {
  readonly account_id: string;
  readonly message_id: string;
  readonly session_id: string;
  readonly channel_id: string;
  readonly contact_id: string;
  readonly kind: "agent" | "end";
  readonly attempts: number;
  readonly content: MessageContent;
  readonly reply_to: string | null;
  readonly channel_kind: string;
  readonly config: unknown;
  readonly user_id: string | null;
  readonly phone: string | null;
  readonly last_customer_stamp: number | null;
  readonly close_stands: boolean;
  readonly now: number;
}

/**
 * Claims messages to send, in one commit, before anything goes out. A contact's messages leave in the
 * order they were written: one is claimed only when nothing older to the same contact is left. Channels
 * that were stopped, and channels and contacts that must pause, are passed over.
 */
export async function claimSends(
  tx: Tx,
  nodeId: string,
  limit: number,
): Promise<readonly ClaimedSend[]> {
  const rows = await tx.query<ClaimedRow>(CLAIM_SQL, [nodeId, limit]);
  return rows.map((row) => ({
    accountId: row.account_id,
    messageId: row.message_id,
    sessionId: row.session_id,
    channelId: row.channel_id,
    contactId: row.contact_id,
    kind: row.kind,
    attempt: row.attempts,
    content: row.content,
    replyTo: row.reply_to,
    channelKind: row.channel_kind,
    channelConfig: row.config,
    to: { userId: row.user_id, phone: row.phone },
    lastCustomerStamp: row.last_customer_stamp,
    closeStands: row.close_stands,
    now: row.now,
  }));
}

/** Each look-up goes by a whole key and stops at one row: a join might begin at the other end. */
const CLAIM_SQL = `with clock as materialized (select now_ms() as now),
  open_channels as materialized (
    select ch.account_id, ch.id from channels ch
    where ch.stopped_at is null and coalesce(ch.paused_until, 0) <= (select now from clock)
      and exists (select 1 from outbox o where o.account_id = ch.account_id
        and o.channel_id = ch.id and o.state = 'queued')
  ), next as materialized (
    select due.account_id, due.message_id from open_channels ch
    cross join lateral (
      select o.account_id, o.message_id from outbox o
      where o.account_id = ch.account_id and o.channel_id = ch.id and o.state = 'queued'
        and o.next_attempt_at <= (select now from clock)
        and o.seq = (
          select min(oldest.seq) from outbox oldest
          where oldest.account_id = o.account_id and oldest.channel_id = o.channel_id
            and oldest.contact_id = o.contact_id)
        and coalesce((
          select i.paused_until from contact_identities i
          where i.account_id = o.account_id and i.channel_id = o.channel_id
            and i.contact_id = o.contact_id), 0) <= (select now from clock)
      order by o.next_attempt_at limit $2 for update of o skip locked
    ) due limit $2
  ), claimed as (
    update outbox o set state = 'sending', attempts = attempts + 1, claimed_by = $1,
      claimed_at = (select now from clock)
    from next where o.account_id = next.account_id and o.message_id = next.message_id
    returning o.*
  )
  select claimed.account_id, claimed.message_id, claimed.session_id, claimed.channel_id,
    claimed.contact_id, claimed.kind, claimed.attempts, m.content, m.reply_to,
    ch.kind as channel_kind, ch.config, i.user_id, i.phone, i.last_customer_stamp,
    exists (
      select 1 from sessions s
      where s.account_id = claimed.account_id and s.id = claimed.session_id
        and s.closed_at is not null and s.close_count = m.close_ordinal + 1
        and not exists (
          select 1 from sessions newer
          where newer.account_id = s.account_id and newer.channel_id = s.channel_id
            and newer.contact_id = s.contact_id
            and (newer.opened_at, newer.id) > (s.opened_at, s.id))) as close_stands,
    (select now from clock) as now
  from claimed
  cross join lateral (
    select content, reply_to, close_ordinal from messages
    where account_id = claimed.account_id and id = claimed.message_id limit 1
  ) m
  cross join lateral (
    select kind, config from channels
    where account_id = claimed.account_id and id = claimed.channel_id limit 1
  ) ch
  cross join lateral (
    select user_id, phone, last_customer_stamp from contact_identities
    where account_id = claimed.account_id and channel_id = claimed.channel_id
      and contact_id = claimed.contact_id limit 1
  ) i`;

/**
 * Ms until the next queued message may leave; `null`: nothing is queued. What waits for an older message
 * or a contact's pause is found by polling.
 */
export async function readNextSendInMs(read: Queryable): Promise<number | null> {
  const [row] = await read.query<{ ms: number | null }>(
    `select min(greatest(o.next_attempt_at, coalesce(ch.paused_until, 0))) - now_ms() as ms
     from channels ch cross join lateral (
       select next_attempt_at from outbox o
       where o.account_id = ch.account_id and o.channel_id = ch.id and o.state = 'queued'
         and o.next_attempt_at > (select now_ms()) - 1000
       order by o.next_attempt_at limit 1
     ) o where ch.stopped_at is null`,
  );
  return row?.ms ?? null;
}

export interface SendKey {
  readonly accountId: string;
  readonly messageId: string;
}

/** A send that was taken out of the outbox. */
export interface TakenSend {
  readonly messageId: string;
  readonly accountId: string;
  readonly sessionId: string;
  /** Members were told that it is late. */
  readonly reportedLate: boolean;
}

const RETURNING_TAKEN = `returning o.message_id as "messageId", o.account_id as "accountId",
  o.session_id as "sessionId", o.reported_late_at is not null as "reportedLate"`;

/**
 * Takes settled sends out of the outbox. Gives those that were still there: whoever takes a row out
 * records its outcome, so that no outcome is recorded twice.
 */
export async function takeOutOfOutbox(tx: Tx, keys: readonly SendKey[]): Promise<TakenSend[]> {
  return await tx.query<TakenSend & Row>(
    `delete from outbox o using unnest($1::uuid[], $2::uuid[]) as k(account_id, message_id)
     where o.account_id = k.account_id and o.message_id = k.message_id
     ${RETURNING_TAKEN}`,
    [keys.map((key) => key.accountId), keys.map((key) => key.messageId)],
  );
}

/** Takes a message that waits for another try out of the outbox; gives nothing when it doesn't wait. */
export async function takeRetryOutOfOutbox(tx: Tx, key: SendKey): Promise<TakenSend[]> {
  return await tx.query<TakenSend & Row>(
    `delete from outbox o where o.account_id = $1 and o.message_id = $2
       and o.state = 'queued' and o.attempts > 0
     ${RETURNING_TAKEN}`,
    [key.accountId, key.messageId],
  );
}

/** Whether a message waits for another try. */
export async function waitsForRetry(read: Queryable, key: SendKey): Promise<boolean> {
  const rows = await read.query(
    `select 1 from outbox where account_id = $1 and message_id = $2
       and state = 'queued' and attempts > 0`,
    [key.accountId, key.messageId],
  );
  return rows.length > 0;
}

/** Puts a claimed message back for a later try, unless somebody claimed it again meanwhile. */
export function requeueSend(
  tx: Tx,
  key: SendKey & { readonly attempt: number },
  afterMs: number,
): void {
  tx.write(
    `update outbox set state = 'queued', claimed_at = null, claimed_by = null,
       next_attempt_at = now_ms() + $3
     where account_id = $1 and message_id = $2 and state = 'sending' and attempts = $4`,
    [key.accountId, key.messageId, Math.ceil(afterMs), key.attempt],
  );
}

/** Nothing leaves to this contact, or by this channel, for a while: the provider said so. */
export function pauseSends(
  tx: Tx,
  scope: "contact" | "channel",
  of: { accountId: string; channelId: string; contactId: string },
  forMs: number,
): void {
  if (scope === "contact") {
    tx.write(
      `update contact_identities set paused_until = now_ms() + $4
       where account_id = $1 and channel_id = $2 and contact_id = $3`,
      [of.accountId, of.channelId, of.contactId, Math.ceil(forMs)],
    );
  } else {
    tx.write("update channels set paused_until = now_ms() + $3 where account_id = $1 and id = $2", [
      of.accountId,
      of.channelId,
      Math.ceil(forMs),
    ]);
  }
}

/** Nothing will leave by this channel until an admin mends it. */
export function stopChannel(
  tx: Tx,
  of: { accountId: string; channelId: string },
  reason: string,
): void {
  tx.write(
    `with stopped as (
       update channels set stopped_at = now_ms(), stopped_reason = $3
       where account_id = $1 and id = $2 and stopped_at is null
       returning account_id, id
     )
     insert into events (account_id, type, at, payload)
     select account_id, ${eventType("channel.updated")}, now_ms(), json_build_object('id', id) from stopped`,
    [of.accountId, of.channelId, reason],
  );
}

/** Claims whose node died or lost its answer: nobody will record their outcome any more. */
export async function readStaleSends(
  read: Queryable,
  staleAfterMs: number,
  limit: number,
): Promise<readonly (SendKey & { readonly sessionId: string })[]> {
  const rows = await read.query<{ account_id: string; message_id: string; session_id: string }>(
    `select account_id, message_id, session_id from outbox
     where state = 'sending' and claimed_at <= (select now_ms()) - $1
     order by claimed_at limit $2`,
    [staleAfterMs, limit],
  );
  return rows.map((row) => ({
    accountId: row.account_id,
    messageId: row.message_id,
    sessionId: row.session_id,
  }));
}

/** A reply that the provider has not accepted for too long. */
export interface LateSend extends SendKey {
  readonly sessionId: string;
  readonly authorId: string | null;
}

/** Replies the provider has not accepted for too long and nobody was told of yet; marks them told. */
export async function claimLateSends(
  tx: Tx,
  lateAfterMs: number,
  limit: number,
): Promise<readonly LateSend[]> {
  const rows = await tx.query<{
    account_id: string;
    session_id: string;
    message_id: string;
    author_id: string | null;
  }>(
    `with late as (
       select account_id, message_id from outbox
       where reported_late_at is null and kind = 'agent'
         and created_at <= (select now_ms()) - $1
       order by created_at limit $2 for update skip locked
     ), told as (
       update outbox o set reported_late_at = now_ms() from late
       where o.account_id = late.account_id and o.message_id = late.message_id
       returning o.account_id, o.session_id, o.message_id
     )
     select told.*, m.author_id from told
     join messages m on m.account_id = told.account_id and m.id = told.message_id`,
    [lateAfterMs, limit],
  );
  return rows.map((row) => ({
    accountId: row.account_id,
    sessionId: row.session_id,
    messageId: row.message_id,
    authorId: row.author_id,
  }));
}
