import type { Queryable, Row, Tx } from "../platform/database.ts";
import { eventType } from "./account-events.ts";
import { RowSet } from "./unnest.ts";

/** A message as its provider knows it. */
export interface ExternalKey {
  readonly accountId: string;
  readonly channelId: string;
  readonly externalId: string;
}

const EXTERNAL_KEYS = new RowSet<ExternalKey>([
  { name: "account_id", type: "uuid", of: (key) => key.accountId },
  { name: "channel_id", type: "uuid", of: (key) => key.channelId },
  { name: "external_id", type: "text", of: (key) => key.externalId },
]);
const KNOWN_IDS_SQL = `select k.channel_id, k.external_id, m.id
  from ${EXTERNAL_KEYS.unnest} as k(${EXTERNAL_KEYS.names})
  cross join lateral (
    select id from messages m
    where m.channel_id = k.channel_id and m.external_id = k.external_id
      and (m.account_id = k.account_id) is true limit 1
  ) m`;

/**
 * Our ids of the messages with these external ids that are stored already (clock.md §4.7), by
 * `channelId externalId`.
 */
export async function readKnownMessages(
  read: Queryable,
  keys: readonly ExternalKey[],
): Promise<Map<string, string>> {
  const rows = await read.query<{ channel_id: string; external_id: string; id: string }>(
    KNOWN_IDS_SQL,
    EXTERNAL_KEYS.params(keys),
  );
  return new Map(rows.map((row) => [`${row.channel_id} ${row.external_id}`, row.id]));
}

/** One of our messages to a customer, as the settling of sends needs it. */
export interface OutboundRow extends Row {
  readonly account_id: string;
  readonly id: string;
  readonly session_id: string;
  readonly kind: "agent" | "automatic";
  readonly is_echo: boolean;
  readonly author_id: string | null;
  readonly delivery: string;
}

export interface DeliveryUpdate {
  readonly accountId: string;
  readonly messageId: string;
  readonly delivery: "unknown" | "sent" | "delivered" | "read";
  /** The provider's id of the message, once it gave one. */
  readonly externalId: string | null;
  /** The provider's stamp of this step, epoch ms. */
  readonly at: number;
}

/**
 * Notes how far messages got. A state only moves up, whatever order the provider tells it in; a
 * message that failed stays so (its reversal is an action of its own). Told over the event log.
 */
export function noteDeliveries(tx: Tx, updates: readonly DeliveryUpdate[]): void {
  if (updates.length === 0) return;
  const best = new Map<string, DeliveryUpdate>();
  for (const update of updates) best.set(`${update.messageId} ${update.delivery}`, update);
  const rows = [...best.values()];
  tx.write(NOTE_DELIVERIES_SQL, [
    rows.map((row) => row.accountId),
    rows.map((row) => row.messageId),
    rows.map((row) => row.delivery),
    rows.map((row) => row.externalId),
    rows.map((row) => row.at),
  ]);
}

/** Tells clients how far the messages of `noted` got; laid over what they have of them. */
const TELL_DELIVERY = `insert into events (account_id, type, session_id, at, payload)
  select account_id, ${eventType("message.updated")}, session_id, now_ms(),
    json_build_object('id', id, 'sessionId', session_id, 'delivery', delivery) from noted`;

const NOTE_DELIVERIES_SQL = `with told as (
    select account_id, id, max(delivery_rank(delivery)) as rank, max(external_id) as external_id,
      max(at) filter (where delivery = 'delivered') as delivered_at,
      max(at) filter (where delivery = 'read') as read_at
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[])
      as u(account_id, id, delivery, external_id, at)
    group by account_id, id
  ), noted as (
    update messages m set
      delivery = case when m.delivery <> 'failed' and told.rank > delivery_rank(m.delivery)
        then (array['queued', 'sending', 'unknown', 'sent', 'delivered', 'read'])[told.rank]
        else m.delivery end,
      external_id = coalesce(m.external_id, told.external_id),
      settled_at = coalesce(m.settled_at, now_ms()),
      delivered_at = coalesce(m.delivered_at, told.delivered_at),
      read_at = coalesce(m.read_at, told.read_at)
    from told where m.account_id = told.account_id and m.id = told.id
    returning m.account_id, m.session_id, m.id, delivery_json(m) as delivery
  )
  ${TELL_DELIVERY}`;

/** A message finally failed, or will not be sent at all. Told over the event log. */
export async function noteFailed(
  tx: Tx,
  failed: {
    accountId: string;
    messageId: string;
    delivery: "failed" | "withdrawn";
    code: string;
    message: string;
  },
): Promise<void> {
  await tx.query(
    `with noted as (
       update messages set delivery = $3, error_code = $4, error_message = $5, settled_at = now_ms()
       where account_id = $1 and id = $2 and delivery not in ('delivered', 'read')
       returning account_id, session_id, id, delivery_json(messages) as delivery
     )
     ${TELL_DELIVERY}`,
    [failed.accountId, failed.messageId, failed.delivery, failed.code, failed.message],
  );
}

/** Failed until now, delivered after all. */
export async function noteDeliveredAfterAll(
  tx: Tx,
  of: { accountId: string; messageId: string; delivery: "delivered" | "read"; at: number },
): Promise<void> {
  await tx.query(
    `with noted as (
       update messages set delivery = $3, error_code = null, error_message = null,
         delivered_at = coalesce(delivered_at, $4)
       where account_id = $1 and id = $2 and delivery = 'failed'
       returning account_id, session_id, id, delivery_json(messages) as delivery
     )
     ${TELL_DELIVERY}`,
    [of.accountId, of.messageId, of.delivery, of.at],
  );
}

/** Locks our messages in one order and reads them as the settling of sends needs them. */
export async function lockOutbound(
  tx: Tx,
  keys: readonly { accountId: string; messageId: string }[],
): Promise<ReadonlyMap<string, OutboundRow>> {
  const rows = await tx.query<OutboundRow>(
    `select m.account_id, m.id, m.session_id, m.kind, m.is_echo, m.author_id, m.delivery
     from messages m join unnest($1::uuid[], $2::uuid[]) as k(account_id, id)
       on k.account_id = m.account_id and k.id = m.id
     where m.kind in ('agent', 'automatic')
     order by m.account_id, m.id for update of m`,
    [keys.map((key) => key.accountId), keys.map((key) => key.messageId)],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Which of our messages statuses speak of: by our reference, or else by the provider's id. */
export async function findOutbound(
  read: Queryable,
  statuses: readonly {
    accountId: string;
    channelId: string;
    reference: string | null;
    externalId: string;
  }[],
): Promise<readonly (OutboundRow | null)[]> {
  const rows = await read.query<OutboundRow & { ordinal: number }>(
    `select k.ordinal::int, m.account_id, m.id, m.session_id, m.kind, m.is_echo, m.author_id,
       m.delivery
     from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
       with ordinality as k(account_id, channel_id, reference, external_id, ordinal)
     cross join lateral (
       select * from messages byref where byref.account_id = k.account_id
         and byref.id = k.reference and byref.channel_id = k.channel_id
       union all
       select * from messages byid where (byid.account_id = k.account_id) is true
         and byid.channel_id = k.channel_id and byid.external_id = k.external_id
       limit 1
     ) m where m.kind in ('agent', 'automatic')`,
    [
      statuses.map((status) => status.accountId),
      statuses.map((status) => status.channelId),
      statuses.map(({ reference }) =>
        reference !== null && UUID.test(reference) ? reference : null,
      ),
      statuses.map((status) => status.externalId),
    ],
  );
  const found = new Map(rows.map((row) => [row.ordinal - 1, row]));
  return statuses.map((_, index) => found.get(index) ?? null);
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
