import { z } from "zod";

/**
 * What a message says, the same for every channel. A type that we can't show keeps its caption, its
 * file name and the name the channel gives the type, so that an agent at least sees that something came.
 */
export const MessageContent = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("text"),
    text: z.string(),
    /** Of an internal note: the members it asks. */
    mentions: z.array(z.string()).optional(),
  }),
  z.object({
    type: z.enum(["image", "video", "audio", "voice", "document", "sticker"]),
    caption: z.string().optional(),
    fileName: z.string().optional(),
    mimeType: z.string().optional(),
    /** The channel's own id of the file: `GET …/messages/{id}/media` fetches it. */
    mediaId: z.string().optional(),
  }),
  z.object({
    type: z.literal("location"),
    latitude: z.number(),
    longitude: z.number(),
    name: z.string().optional(),
    address: z.string().optional(),
  }),
  z.object({
    type: z.literal("contacts"),
    contacts: z.array(z.object({ name: z.string(), phones: z.array(z.string()) })),
  }),
  /** A tap on a button or on a row of a list: `text` is what the customer saw. */
  z.object({ type: z.literal("choice"), text: z.string(), id: z.string() }),
  z.object({
    type: z.literal("order"),
    text: z.string().optional(),
    items: z.array(z.object({ id: z.string(), quantity: z.number() })),
  }),
  z.object({
    type: z.literal("template"),
    name: z.string(),
    language: z.string(),
    /** The channel's own component objects, passed through unchanged. */
    components: z.array(z.unknown()).optional(),
  }),
  z.object({
    type: z.literal("unsupported"),
    channelType: z.string(),
    /** The readable text that came along, if any. */
    caption: z.string().optional(),
  }),
]);
export type MessageContent = z.infer<typeof MessageContent>;

/** How far a message to the customer got. Moves up only (`channels.md` A8). */
export const DeliveryState = z.enum([
  "queued",
  "sending",
  "unknown",
  "sent",
  "delivered",
  "read",
  "failed",
  "withdrawn",
]);
export type DeliveryState = z.infer<typeof DeliveryState>;

/** Who wrote a message (clock.md §1). */
export const MessageKind = z.enum(["inbound", "agent", "automatic", "note"]);
export type MessageKind = z.infer<typeof MessageKind>;
