import { z } from "zod";

const Stamp = z
  .union([z.number().int().min(0).max(99_999_999_999), z.iso.datetime({ offset: true })])
  .transform((stamp) =>
    typeof stamp === "number" ? stamp : Math.floor(Date.parse(stamp) / 1_000),
  );

/** What every message of a customer may have. */
export const MessageExtras = {
  /** The phone number id it is written to; may be left out while only one number is registered. */
  to: z.string().nullable().default(null),
  /** The message's stamp: unix seconds as on the wire, or ISO 8601. Default: now. */
  timestamp: Stamp.nullable().default(null),
  /** A wamid of one's own, to send the same message again. Default: a fresh one. */
  id: z.string().min(1).nullable().default(null),
  /** The wamid it quotes. */
  replyTo: z.string().nullable().default(null),
  /** Laid over the finished message object (RFC 7396: `null` removes). */
  merge: z.record(z.string(), z.unknown()).default({}),
};

/** A file that was stored before (`POST /_emulator/media`). Left out: one is made up. */
const File = { mediaId: z.string().nullable().default(null) };
const Caption = { caption: z.string().nullable().default(null), ...File };

/** What a customer does in their WhatsApp; `type` follows what they see, not the wire. */
export const CustomerMessageInput = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), text: z.string(), ...MessageExtras }),
  z.strictObject({ type: z.literal("image"), ...Caption, ...MessageExtras }),
  z.strictObject({ type: z.literal("video"), ...Caption, ...MessageExtras }),
  z.strictObject({ type: z.literal("audio"), ...File, ...MessageExtras }),
  z.strictObject({ type: z.literal("voice"), ...File, ...MessageExtras }),
  z.strictObject({
    type: z.literal("document"),
    fileName: z.string().default("document.pdf"),
    mimeType: z.string().default("application/pdf"),
    ...Caption,
    ...MessageExtras,
  }),
  z.strictObject({
    type: z.literal("sticker"),
    animated: z.boolean().default(false),
    ...File,
    ...MessageExtras,
  }),
  z.strictObject({
    type: z.literal("location"),
    latitude: z.number(),
    longitude: z.number(),
    name: z.string().nullable().default(null),
    address: z.string().nullable().default(null),
    ...MessageExtras,
  }),
  z.strictObject({
    type: z.literal("contacts"),
    /** Cards in Meta's own shape. */
    contacts: z.array(z.record(z.string(), z.unknown())).min(1),
    ...MessageExtras,
  }),
  z.strictObject({
    type: z.literal("reaction"),
    messageId: z.string(),
    /** `null` takes the reaction back. */
    emoji: z.string().nullable(),
    ...MessageExtras,
  }),
  z.strictObject({
    type: z.literal("buttonReply"),
    buttonId: z.string(),
    title: z.string(),
    ...MessageExtras,
  }),
  z.strictObject({
    type: z.literal("listReply"),
    rowId: z.string(),
    title: z.string(),
    description: z.string().nullable().default(null),
    ...MessageExtras,
  }),
  z.strictObject({
    type: z.literal("templateButton"),
    payload: z.string(),
    text: z.string(),
    ...MessageExtras,
  }),
  z.strictObject({
    type: z.literal("order"),
    catalogId: z.string().default("194836987003835"),
    text: z.string().default(""),
    /** Items in Meta's own shape. */
    items: z.array(z.record(z.string(), z.unknown())).min(1),
    ...MessageExtras,
  }),
  z.strictObject({
    type: z.literal("unsupported"),
    /** What it was, such as `poll`. */
    unsupportedType: z.string().nullable().default(null),
    ...MessageExtras,
  }),
  z.strictObject({
    type: z.literal("unknown"),
    /** The `type` on the wire, one that nobody knows. */
    wireType: z.string().default("hologram"),
    content: z.record(z.string(), z.unknown()).default({ beam: "blue" }),
    ...MessageExtras,
  }),
  z.strictObject({
    type: z.literal("edit"),
    messageId: z.string(),
    text: z.string(),
    ...MessageExtras,
  }),
  z.strictObject({ type: z.literal("revoke"), messageId: z.string(), ...MessageExtras }),
  z.strictObject({
    type: z.literal("numberChange"),
    newPhone: z.string().regex(/^\+?\d{7,15}$/),
    ...MessageExtras,
  }),
  z.strictObject({
    type: z.literal("userIdChange"),
    newBsuid: z.string().regex(/^[A-Z]{2}\.[A-Za-z0-9]{1,128}$/),
    ...MessageExtras,
  }),
]);
export type CustomerMessageInput = z.input<typeof CustomerMessageInput>;
export type CustomerMessageSpec = z.infer<typeof CustomerMessageInput>;
