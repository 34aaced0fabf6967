import type { Queryable, Row, Tx } from "../platform/database.ts";

/** A channel as its webhook's door needs it, credentials included. */
export interface WebhookChannel {
  readonly accountId: string;
  readonly id: string;
  readonly kind: string;
  readonly address: string;
  readonly config: unknown;
  /** A webhook that was signed should be noted: the last note is old, or a refusal stands. */
  readonly toNote: boolean;
  /** A refusal may be noted: the last one is not of just now. */
  readonly mayNoteRefusal: boolean;
}

interface WebhookChannelRow extends Row {
  readonly account_id: string;
  readonly id: string;
  readonly kind: string;
  readonly address: string;
  readonly config: unknown;
  readonly to_note: boolean;
  readonly may_note_refusal: boolean;
}

/** One write a minute for each channel, however many webhooks come. */
const NOTE_EVERY_MS = 60_000;
/** Anybody can send what is refused. */
const NOTE_REFUSAL_EVERY_MS = 10_000;

/** In row `s` of `channels`. An SQL expression. */
const TO_NOTE = `coalesce(s.last_webhook_at, 0) < now_ms() - ${NOTE_EVERY_MS}`;
const MAY_NOTE_REFUSAL = `coalesce(s.refused_at, 0) < now_ms() - ${NOTE_REFUSAL_EVERY_MS}`;

/** The channel a webhook's address names, and its siblings: one app may serve several numbers. */
export async function readWebhookChannels(
  read: Queryable,
  channelId: string,
): Promise<readonly WebhookChannel[]> {
  const rows = await read.query<WebhookChannelRow>(
    `select s.account_id, s.id, s.kind, s.address, s.config, ${TO_NOTE} as to_note,
       ${MAY_NOTE_REFUSAL} as may_note_refusal
     from channels c
     join channels s on s.account_id = c.account_id and s.kind = c.kind
     where c.id = $1`,
    [channelId],
  );
  return rows.map((row) => ({
    accountId: row.account_id,
    id: row.id,
    kind: row.kind,
    address: row.address,
    config: row.config,
    toNote: row.to_note,
    mayNoteRefusal: row.may_note_refusal,
  }));
}

interface ChannelKey {
  readonly accountId: string;
  readonly id: string;
}

/**
 * Notes that the provider signed a webhook, unless that was noted within the last minute. Gives whether
 * the channel looks different now: it is the first one, or the first after a refused signature.
 */
export async function noteWebhook(tx: Tx, { accountId, id }: ChannelKey): Promise<boolean> {
  const [row] = await tx.query<{ turned: boolean }>(
    `with before as (
       select s.account_id, s.id, s.last_webhook_at, s.refused_at, s.refused_reason from channels s
       where s.account_id = $1 and s.id = $2 and ${TO_NOTE} for update
     )
     update channels c set last_webhook_at = now_ms(),
       first_webhook_at = coalesce(c.first_webhook_at, now_ms())
     from before b where c.account_id = b.account_id and c.id = b.id
     returning b.last_webhook_at is null or (b.refused_reason = 'signature'
       and b.refused_at >= b.last_webhook_at) as turned`,
    [accountId, id],
  );
  return row?.turned ?? false;
}

/** Notes that the provider's handshake succeeded. */
export function noteHandshake(tx: Tx, { accountId, id }: ChannelKey): void {
  tx.write("update channels set handshake_at = now_ms() where account_id = $1 and id = $2", [
    accountId,
    id,
  ]);
}

/** Notes a refusal, unless one was noted just now; gives whether it was. */
export async function noteRefusal(
  tx: Tx,
  { accountId, id }: ChannelKey,
  reason: "signature" | "verifyToken",
): Promise<boolean> {
  const rows = await tx.query(
    `update channels s set refused_at = now_ms(), refused_reason = $3
     where s.account_id = $1 and s.id = $2 and ${MAY_NOTE_REFUSAL} returning 1`,
    [accountId, id, reason],
  );
  return rows.length > 0;
}
