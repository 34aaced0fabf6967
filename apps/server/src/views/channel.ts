import type { ChannelView, MyChannel } from "@punctual/contract";
import type { ChannelRow } from "../store/channels.ts";
import { timestamp } from "./timestamp.ts";

/**
 * A row → a channel as admins see it. Its credentials are not in the row, so they can't slip out.
 * @param publicUrl where the provider reaches this server, without a slash at the end.
 */
export function presentChannel(row: ChannelRow, publicUrl: string): ChannelView {
  return {
    id: row.id,
    kind: row.kind,
    address: row.address,
    name: row.name,
    webhookUrl: `${publicUrl}/webhooks/${row.kind}/${row.id}`,
    createdAt: timestamp(row.created_at),
    lastWebhookAt: timestamp(row.last_webhook_at),
    stoppedAt: timestamp(row.stopped_at),
    stoppedReason: row.stopped_reason,
    pausedUntilAt: timestamp(row.paused_until),
  };
}

/** A row → a channel as everybody sees it who reaches it. */
export function presentMyChannel(
  { id, kind, name }: Pick<ChannelRow, "id" | "kind" | "name">,
  limits: MyChannel["limits"],
): MyChannel {
  const { maxTextLength, windowMs, windowMarginMs, templates } = limits;
  return { id, kind, name, limits: { maxTextLength, windowMs, windowMarginMs, templates } };
}
