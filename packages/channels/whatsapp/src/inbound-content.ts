import type { MessageContent } from "@punctual/contract";
import { z } from "zod";
import {
  Interactive,
  Location,
  Media,
  Order,
  OrderItem,
  SharedContact,
  SharedPhone,
  someText,
  TemplateButton,
  Unsupported,
} from "./inbound-schema.ts";

type MediaType = "image" | "video" | "audio" | "voice" | "document" | "sticker";

/**
 * What a message of the given type says (channels.md A7). What can't be read, or isn't known yet,
 * becomes `unsupported` with the type's name and whatever readable text came along: an agent then
 * sees that something came, and the customer waits for a person like with any other message.
 *
 * @param type the message's `type`.
 * @param message the whole message object as it came; its body is the member named like the type.
 */
export function parseContent(type: string, message: unknown): MessageContent {
  const body = memberOf(message, type);
  return READERS.get(type)?.(body) ?? unsupported(type, body);
}

/** A map and not an object, so that a type named like a method of Object finds nothing. */
const READERS: ReadonlyMap<string, (body: unknown) => MessageContent | undefined> = new Map([
  ["text", readText],
  ["image", (body: unknown) => readMedia("image", body)],
  ["video", (body: unknown) => readMedia("video", body)],
  ["audio", readAudio],
  ["document", (body: unknown) => readMedia("document", body)],
  ["sticker", (body: unknown) => readMedia("sticker", body)],
  ["location", readLocation],
  ["contacts", readContacts],
  ["interactive", readInteractive],
  ["button", readTemplateButton],
  ["order", readOrder],
  ["unsupported", readUnsupported],
]);

const Text = z.object({ body: z.string() });

function readText(body: unknown): MessageContent | undefined {
  const text = Text.safeParse(body);
  return text.success ? { type: "text", text: text.data.body } : undefined;
}

function readMedia(type: MediaType, body: unknown): MessageContent | undefined {
  const media = Media.safeParse(body);
  if (!media.success) return undefined;
  const { caption, filename: fileName, mime_type: mimeType, id: mediaId } = media.data;
  return { type, caption, fileName, mimeType, mediaId };
}

/** A voice note is an audio message with a flag; there is no type of its own for it. */
function readAudio(body: unknown): MessageContent | undefined {
  const media = Media.safeParse(body);
  return readMedia(media.success && media.data.voice === true ? "voice" : "audio", body);
}

function readLocation(body: unknown): MessageContent | undefined {
  const location = Location.safeParse(body);
  return location.success ? { type: "location", ...location.data } : undefined;
}

function readContacts(body: unknown): MessageContent | undefined {
  if (!Array.isArray(body)) return undefined;
  return { type: "contacts", contacts: body.flatMap(readSharedContact) };
}

function readSharedContact(raw: unknown): { name: string; phones: string[] }[] {
  const contact = SharedContact.safeParse(raw);
  if (!contact.success) return [];
  const { name, org, phones } = contact.data;
  const ownName = [name?.first_name, name?.last_name]
    .filter((part) => part !== undefined)
    .join(" ");
  return [
    {
      name: name?.formatted_name ?? (ownName || (org?.company ?? "")),
      phones: phones.flatMap(readSharedPhone),
    },
  ];
}

function readSharedPhone(raw: unknown): string[] {
  const entry = SharedPhone.safeParse(raw);
  const phone = entry.success ? (entry.data.phone ?? entry.data.wa_id) : undefined;
  return phone === undefined ? [] : [phone];
}

function readInteractive(body: unknown): MessageContent | undefined {
  const interactive = Interactive.safeParse(body);
  if (!interactive.success) return undefined;
  const { type, button_reply, list_reply, nfm_reply } = interactive.data;
  const tap = button_reply ?? list_reply;
  if (tap !== undefined) return { type: "choice", text: tap.title, id: tap.id ?? tap.title };
  if (type === undefined) return undefined;
  return { type: "unsupported", channelType: type, caption: nfm_reply?.body ?? nfm_reply?.name };
}

function readTemplateButton(body: unknown): MessageContent | undefined {
  const button = TemplateButton.safeParse(body);
  if (!button.success) return undefined;
  return { type: "choice", text: button.data.text, id: button.data.payload ?? button.data.text };
}

function readOrder(body: unknown): MessageContent | undefined {
  const order = Order.safeParse(body);
  if (!order.success) return undefined;
  return {
    type: "order",
    text: order.data.text,
    items: order.data.product_items.flatMap(readItem),
  };
}

function readItem(raw: unknown): { id: string; quantity: number }[] {
  const item = OrderItem.safeParse(raw);
  return item.success ? [{ id: item.data.product_retailer_id, quantity: item.data.quantity }] : [];
}

/** Meta itself can't pass the message on; newer payloads at least name what it was. */
function readUnsupported(body: unknown): MessageContent | undefined {
  const named = Unsupported.safeParse(body);
  if (!named.success || named.data.type === undefined) return undefined;
  return { type: "unsupported", channelType: named.data.type };
}

const Readable = z.object({
  caption: someText,
  body: someText,
  text: someText,
  title: someText,
  name: someText,
  filename: someText,
});

function unsupported(type: string, body: unknown): MessageContent {
  const readable = Readable.safeParse(body);
  if (!readable.success) return { type: "unsupported", channelType: type };
  const { caption, body: text, text: label, title, name, filename } = readable.data;
  const words = caption ?? text ?? label ?? title ?? name ?? filename;
  return { type: "unsupported", channelType: type, caption: words };
}

/** An own member only: a type may be called `constructor`. */
function memberOf(message: unknown, name: string): unknown {
  if (typeof message !== "object" || message === null) return undefined;
  return Object.getOwnPropertyDescriptor(message, name)?.value;
}
