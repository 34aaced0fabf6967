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
    webhook: {
      handshakeAt: timestamp(row.handshake_at),
      firstAt: timestamp(row.first_webhook_at),
      lastAt: timestamp(row.last_webhook_at),
      refused: presentRefusal(row),
    },
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

/** `null`: nothing was refused, or what was refused has succeeded since. */
function presentRefusal(row: ChannelRow): ChannelView["webhook"]["refused"] {
  const { refused_at: at, refused_reason: reason } = row;
  if (at === null || reason === null) return null;
  const succeededAt = reason === "signature" ? row.last_webhook_at : row.handshake_at;
  if (succeededAt !== null && succeededAt > at) return null;
  return { at: timestamp(at), reason };
}
