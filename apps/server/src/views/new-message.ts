import type { Message } from "@punctual/contract";
import type { MessageWrite } from "../store/apply-decisions.ts";
import { timestamp } from "./timestamp.ts";

/** A message as it is being stored → the same shape that the API shows once it is. */
export function presentNewMessage(message: MessageWrite): Message {
  return {
    id: message.id,
    sessionId: message.sessionId,
    kind: message.kind,
    authorId: message.authorId,
    isEcho: message.isEcho,
    content: message.content,
    replyTo: message.replyToId,
    replyToExternalId: message.replyTo,
    externalId: message.externalId,
    sentAt: timestamp(message.at),
    createdAt: timestamp(message.createdAt),
    waitNumber: message.waitNumber,
    delivery:
      message.delivery === null
        ? null
        : {
            state: message.delivery,
            settledAt: null,
            deliveredAt: null,
            readAt: null,
            error: null,
          },
    reaction: null,
    editedAt: null,
    deletedAt: null,
  };
}
