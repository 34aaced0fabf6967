import type { MessageWrite } from "../store/apply-decisions.ts";

/** A message as the event log tells of it. Times are epoch ms. */
export function presentMessageEvent(message: MessageWrite): Record<string, unknown> {
  return {
    id: message.id,
    kind: message.kind,
    authorId: message.authorId,
    isEcho: message.isEcho,
    content: message.content,
    at: message.at,
    delivery: message.delivery,
  };
}
