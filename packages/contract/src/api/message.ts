import { z } from "zod";
import { DeliveryState, MessageContent, MessageKind } from "../message.ts";
import { Id, nextCursor, PageQuery, SessionParams, Timestamp } from "./common.ts";

export const Message = z
  .object({
    id: Id,
    sessionId: Id,
    kind: MessageKind,
    /** The member who wrote it; `null` for customers, for us and for echoes. */
    authorId: Id.nullable(),
    /** Written in the provider's own app. */
    isEcho: z.boolean(),
    content: MessageContent,
    /** The message that this one quotes; `null`: none, or one that we don't have. */
    replyTo: Id.nullable(),
    /** The provider's id of it. */
    replyToExternalId: z.string().nullable(),
    externalId: z.string().nullable(),
    /** The time it counts as (clock.md §4.5). */
    sentAt: Timestamp,
    createdAt: Timestamp,
    waitNumber: z.int().nullable(),
    /** `null` for what does not go to a customer. */
    delivery: z
      .object({
        state: DeliveryState,
        /** When it left or was refused. */
        settledAt: Timestamp.nullable(),
        deliveredAt: Timestamp.nullable(),
        readAt: Timestamp.nullable(),
        error: z.object({ code: z.string(), message: z.string().nullable() }).nullable(),
      })
      .nullable(),
    reaction: z.string().nullable(),
    editedAt: Timestamp.nullable(),
    deletedAt: Timestamp.nullable(),
  })
  .meta({ id: "Message" });
export type Message = z.infer<typeof Message>;

/** Oldest first; the cursor leads to later messages, or with `order=newest` to earlier ones. */
export const MessagePage = z.object({ messages: z.array(Message), nextCursor });

/** Which of a session's messages, and from which end. */
export const MessagesQuery = PageQuery.extend({
  order: z.enum(["oldest", "newest"]).default("oldest"),
});
export type MessagesQuery = z.infer<typeof MessagesQuery>;

/** Headers of whatever writes a message. */
export const WriteHeaders = z.object({
  "idempotency-key": z
    .string()
    .optional()
    .describe("The same key with the same body is done once and answered alike for 24 hours."),
});

const WRITE = "Write something.";
const MessageText = z
  .string({ error: ({ input }) => (input === undefined ? WRITE : undefined) })
  .max(65_536)
  .refine(hasInk, WRITE);

/** What an agent may write to the customer. */
export const SendMessageBody = z
  .discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("text"),
      text: MessageText,
      replyTo: Id.optional().describe("The id of a message of this contact, to be quoted"),
    }),
    z.strictObject({
      type: z.literal("media"),
      uploadId: Id.describe("What `POST …/media` of this session gave"),
      caption: MessageText.optional(),
      replyTo: Id.optional().describe("The id of a message of this contact, to be quoted"),
    }),
    z.strictObject({
      type: z.literal("template"),
      name: z.string().min(1).max(512),
      language: z.string().min(2).max(20),
      components: z.array(z.record(z.string(), z.unknown())).max(10).optional(),
    }),
  ])
  .meta({ id: "SendMessage" });
export type SendMessageBody = z.infer<typeof SendMessageBody>;

/** A note for colleagues. */
export const NoteBody = z
  .strictObject({
    text: MessageText,
    mentions: z
      .array(Id)
      .max(20)
      .default([])
      .describe("Members who are notified and follow the session from then on"),
  })
  .meta({ id: "Note" });

export const MessageParams = SessionParams.extend({ messageId: Id });

/** What a person found out about a message of which nobody knew whether it arrived. */
export const SettleMessageBody = z.strictObject({ as: z.enum(["delivered", "notDelivered"]) });

function hasInk(text: string): boolean {
  return text.trim() !== "";
}
