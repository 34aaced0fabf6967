import type { SeenMessage } from "./rows.ts";

/** A customer's message that is owed a reply. */
export type Owed = SeenMessage;

/**
 * Every customer message that is owed a reply, by brute force from the rows (clock.md §4.2, §4.4, §4.6):
 * no reply that stands was committed after it, no echo is stamped at or after it, and *no reply needed*
 * was not said of it.
 * @param messages of one session, in commit order
 * @param settled ids of those that *no reply needed* was said of
 */
export function owedMessages(
  messages: readonly SeenMessage[],
  settled: ReadonlySet<string>,
): readonly Owed[] {
  return messages.filter(
    (message) =>
      message.kind === "inbound" &&
      !message.starts_nothing &&
      !settled.has(message.id) &&
      !messages.some((other) => answers(other, message)),
  );
}

function answers(reply: SeenMessage, message: SeenMessage): boolean {
  if (reply.kind !== "agent" || reply.starts_nothing) return false;
  if (reply.is_echo) return stampOf(reply) >= stampOf(message);
  return reply.seq > message.seq && reply.delivery !== "failed";
}

function stampOf({ stamp, at }: SeenMessage): number {
  return stamp ?? at;
}
