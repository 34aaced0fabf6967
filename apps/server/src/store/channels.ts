import type { Queryable, Row, Tx } from "../platform/database.ts";

/** A channel without its credentials. */
export interface ChannelRow extends Row {
  readonly account_id: string;
  readonly id: string;
  readonly kind: string;
  readonly address: string;
  readonly name: string;
  readonly created_at: number;
  readonly stopped_at: number | null;
  readonly stopped_reason: string | null;
  readonly paused_until: number | null;
  readonly last_webhook_at: number | null;
  readonly handshake_at: number | null;
  readonly first_webhook_at: number | null;
  readonly refused_at: number | null;
  readonly refused_reason: "signature" | "verifyToken" | null;
}

export interface ChannelWrite {
  readonly accountId: string;
  readonly id: string;
  readonly kind: string;
  readonly address: string;
  readonly name: string;
  readonly config: unknown;
}

/** Writes a channel; `false` when the address is somebody's already. */
export async function insertChannel(tx: Tx, channel: ChannelWrite): Promise<boolean> {
  const rows = await tx.query(
    `insert into channels (account_id, id, kind, address, name, config, created_at)
     values ($1, $2, $3, $4, $5, $6::json, now_ms()) on conflict (kind, address) do nothing
     returning id`,
    [
      channel.accountId,
      channel.id,
      channel.kind,
      channel.address,
      channel.name,
      JSON.stringify(channel.config),
    ],
  );
  return rows.length > 0;
}

/** A channel's name and credentials, locked until the commit. */
export async function loadChannelForUpdate(
  tx: Tx,
  accountId: string,
  channelId: string,
): Promise<ChannelWrite | null> {
  const [row] = await tx.query<{ kind: string; address: string; name: string; config: unknown }>(
    `select kind, address, name, config from channels where account_id = $1 and id = $2 for update`,
    [accountId, channelId],
  );
  return row === undefined ? null : { accountId, id: channelId, ...row };
}

/** Writes name and credentials; new credentials let a stopped channel send again. */
export function updateChannel(tx: Tx, channel: ChannelWrite, restart: boolean): void {
  tx.write(
    `update channels set name = $3, config = $4::json,
       stopped_at = case when $5 then null else stopped_at end,
       stopped_reason = case when $5 then null else stopped_reason end,
       paused_until = case when $5 then null else paused_until end
     where account_id = $1 and id = $2`,
    [channel.accountId, channel.id, channel.name, JSON.stringify(channel.config), restart],
  );
}

const CHANNELS_SQL = `select account_id, id, kind, address, name, created_at, stopped_at,
    stopped_reason, paused_until, last_webhook_at, handshake_at, first_webhook_at,
    refused_at, refused_reason
  from channels where account_id = $1`;

export async function readChannels(read: Queryable, accountId: string): Promise<ChannelRow[]> {
  return await read.query<ChannelRow>(`${CHANNELS_SQL} order by created_at, id`, [accountId]);
}

export async function readChannel(
  read: Queryable,
  accountId: string,
  channelId: string,
): Promise<ChannelRow | null> {
  const [row] = await read.query<ChannelRow>(`${CHANNELS_SQL} and id = $2`, [accountId, channelId]);
  return row ?? null;
}
