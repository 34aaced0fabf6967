import type { OutboundRow } from "../store/messages.ts";
import type { Deciding } from "./commit-decisions.ts";

/** The provider told by a status that it has the message, before its answer to our send came. */
const TOLD: ReadonlySet<string> = new Set(["sent", "delivered", "read"]);

/**
 * A message left, or nobody knows whether it did. From an agent's, the close counts (clock.md §3); an
 * automatic one moves no clock. What is unknown stands on the timeline.
 */
export function tellLeft(
  { batch, now }: Deciding,
  message: OutboundRow,
  outcome: "sent" | "unknown",
): void {
  const known = outcome === "sent" || TOLD.has(message.delivery);
  if (message.kind === "agent") {
    batch.decide(message.session_id, {
      type: "agentMessageLeft",
      messageId: message.id,
      by: message.author_id,
      at: now,
      outcome: known ? "sent" : "unknown",
    });
  } else if (!known) {
    batch.tellSendUnknown(message.session_id, message.id);
  }
}
