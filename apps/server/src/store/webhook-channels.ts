import type { Queryable, Row } from "../platform/database.ts";

/** A channel as its webhook's door needs it, credentials included. */
export interface WebhookChannel {
  readonly accountId: string;
  readonly id: string;
  readonly kind: string;
  readonly address: string;
  readonly config: unknown;
}

interface WebhookChannelRow extends Row {
  readonly account_id: string;
  readonly id: string;
  readonly kind: string;
  readonly address: string;
  readonly config: unknown;
}

/** The channel a webhook's address names, and its siblings: one app may serve several numbers. */
export async function readWebhookChannels(
  read: Queryable,
  channelId: string,
): Promise<readonly WebhookChannel[]> {
  const rows = await read.query<WebhookChannelRow>(
    `select s.account_id, s.id, s.kind, s.address, s.config from channels c
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
  }));
}

export async function noteWebhook(read: Queryable, channel: WebhookChannel): Promise<void> {
  await read.query(
    "update channels set last_webhook_at = now_ms() where account_id = $1 and id = $2",
    [channel.accountId, channel.id],
  );
}
