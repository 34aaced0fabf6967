import type { Tx } from "../platform/database.ts";
import { writeAccountEvent } from "../store/account-events.ts";
import { noteHandshake, noteRefusal, noteWebhook } from "../store/webhook-channels.ts";
import type { Deps } from "./deps.ts";

/** What happened at a channel's door. */
export type WebhookNews = "handshake" | "signed" | "badSignature" | "badVerifyToken";

/**
 * Remembers how a channel's webhooks go, and tells screens when that looks different from before: so that
 * whoever connects a channel sees it turn green by itself, or what to check.
 */
export async function noteWebhookNews(
  { db, signals }: Pick<Deps, "db" | "signals">,
  channel: { readonly accountId: string; readonly id: string },
  news: WebhookNews,
): Promise<void> {
  const turned = await db.transaction(async (tx) => {
    const looksDifferent = await note(tx, channel, news);
    if (looksDifferent) {
      const event = { type: "channel.updated", payload: { id: channel.id } } as const;
      writeAccountEvent(tx, channel.accountId, event);
    }
    return looksDifferent;
  });
  if (turned) signals.events();
}

async function note(
  tx: Tx,
  channel: { readonly accountId: string; readonly id: string },
  news: WebhookNews,
): Promise<boolean> {
  switch (news) {
    case "signed":
      return await noteWebhook(tx, channel);
    case "handshake":
      noteHandshake(tx, channel);
      return true;
    case "badSignature":
      return await noteRefusal(tx, channel, "signature");
    case "badVerifyToken":
      return await noteRefusal(tx, channel, "verifyToken");
  }
}
