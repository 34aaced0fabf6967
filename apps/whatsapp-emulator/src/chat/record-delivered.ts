import type { WebhookRecord } from "../webhooks/webhook-dispatcher.ts";
import type { World } from "../world.ts";

/** The business's server took a webhook: what customers wrote in it gets its second tick. */
export function recordDelivered(world: World, { updates }: WebhookRecord): void {
  for (const { kind, messageId } of updates) {
    const written = kind === "message" ? world.state.received.get(messageId ?? "") : undefined;
    if (written?.status !== "sent") continue;
    written.status = "delivered";
    world.feed.publish({ type: "chat", customerId: written.customerId });
  }
}
