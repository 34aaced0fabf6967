import type { CustomerMessageSpec } from "../control/customer-message-input.ts";
import type { JsonObject } from "../json.ts";
import { mergeJson } from "../merge-json.ts";
import type { BusinessNumber, Customer, MediaFile } from "../state.ts";

interface Facts {
  readonly number: BusinessNumber;
  readonly customer: Customer;
  readonly wamid: string;
  /** Unix seconds. */
  readonly stamp: number;
  /** Its file; `null` for types without one. */
  readonly media: MediaFile | null;
}

/** A customer's message as `messages[]` has it (`channels.md` A7), `merge` laid over it. */
export function messageObject(facts: Facts, spec: CustomerMessageSpec): JsonObject {
  const message = {
    ...contextOf(facts, spec),
    ...senderOf(facts.customer),
    id: facts.wamid,
    timestamp: String(facts.stamp),
    ...contentOf(facts, spec),
  };
  return mergeJson(message, spec.merge);
}

function contextOf({ number, customer }: Facts, spec: CustomerMessageSpec): JsonObject {
  if (spec.replyTo === null) return {};
  const author = isFromBusiness(spec.replyTo)
    ? { from: number.displayPhoneNumber }
    : senderOf(customer);
  return { context: { ...author, id: spec.replyTo } };
}

/** Ids of the business's messages hold 0x11 where customers' hold 0x12: see `newWamid`. */
function isFromBusiness(wamid: string): boolean {
  const bytes = Buffer.from(wamid.replace(/^wamid\./, ""), "base64");
  return bytes[6 + (bytes[2] ?? 0)] !== 0x12;
}

/**
 * Who wrote it: the phone unless it is hidden, and the BSUID if there is one (`channels.md` A6).
 */
function senderOf({ phone, hidesPhone, bsuid }: Customer): JsonObject {
  return {
    ...(phone === null || hidesPhone ? {} : { from: phone }),
    ...(bsuid === null ? {} : { from_user_id: bsuid }),
  };
}

function contentOf(facts: Facts, spec: CustomerMessageSpec): JsonObject {
  switch (spec.type) {
    case "text":
      return { type: "text", text: { body: spec.text } };
    case "image":
      return media(facts, "image", captionOf(spec));
    case "video":
      return media(facts, "video", captionOf(spec));
    case "audio":
      return media(facts, "audio", { voice: false });
    case "voice":
      return media(facts, "audio", { voice: true });
    case "document":
      return media(facts, "document", {
        filename: spec.fileName,
        ...captionOf(spec),
      });
    case "sticker":
      return media(facts, "sticker", { animated: spec.animated });
    case "location":
      return { type: "location", location: locationOf(spec) };
    case "contacts":
      return { type: "contacts", contacts: spec.contacts };
    case "order": {
      const { catalogId, text, items } = spec;
      return { type: "order", order: { catalog_id: catalogId, text, product_items: items } };
    }
    case "unknown":
      return { type: spec.wireType, [spec.wireType]: spec.content };
    case "unsupported":
      return unsupported(spec.unsupportedType);
    case "reaction":
    case "buttonReply":
    case "listReply":
    case "templateButton":
      return answerOf(spec);
    case "edit":
    case "revoke":
      return changeOf(spec);
    case "numberChange":
    case "userIdChange":
      return systemOf(facts.customer, spec);
  }
}

type Spec<T extends CustomerMessageSpec["type"]> = Extract<CustomerMessageSpec, { type: T }>;

function media({ media: file }: Facts, type: string, rest: JsonObject): JsonObject {
  if (file === null) throw new Error(`a message of type ${type} has no file`);
  const { mimeType: mime_type, sha256, id } = file;
  return { type, [type]: { ...rest, mime_type, sha256, id } };
}

function captionOf({ caption }: { readonly caption: string | null }): JsonObject {
  return caption === null ? {} : { caption };
}

function locationOf({ latitude, longitude, name, address }: Spec<"location">): JsonObject {
  const named = name === null ? {} : { name };
  return { latitude, longitude, ...named, ...(address === null ? {} : { address }) };
}

function unsupported(what: string | null): JsonObject {
  const title = "Message type unknown";
  const details = "Message type is currently not supported.";
  return {
    errors: [{ code: 131051, title, message: title, error_data: { details } }],
    type: "unsupported",
    ...(what === null ? {} : { unsupported: { type: what } }),
  };
}

function answerOf(
  spec: Spec<"reaction" | "buttonReply" | "listReply" | "templateButton">,
): JsonObject {
  switch (spec.type) {
    case "reaction": {
      const emoji = spec.emoji === null ? {} : { emoji: spec.emoji };
      return { type: "reaction", reaction: { message_id: spec.messageId, ...emoji } };
    }
    case "buttonReply": {
      const reply = { id: spec.buttonId, title: spec.title };
      return { type: "interactive", interactive: { type: "button_reply", button_reply: reply } };
    }
    case "listReply": {
      const described = spec.description === null ? {} : { description: spec.description };
      const reply = { id: spec.rowId, title: spec.title, ...described };
      return { type: "interactive", interactive: { type: "list_reply", list_reply: reply } };
    }
    case "templateButton":
      return { type: "button", button: { payload: spec.payload, text: spec.text } };
  }
}

function changeOf(spec: Spec<"edit" | "revoke">): JsonObject {
  const original = { original_message_id: spec.messageId };
  if (spec.type === "revoke") return { type: "revoke", revoke: original };
  const message = { type: "text", text: { body: spec.text }, context: { id: spec.messageId } };
  return { type: "edit", edit: { ...original, message } };
}

/** Sent under the old identity and naming the new one. */
function systemOf(customer: Customer, spec: Spec<"numberChange" | "userIdChange">): JsonObject {
  if (spec.type === "numberChange") {
    const to = spec.newPhone.replace(/\D/g, "");
    const body = `User ${customer.name} changed from ${customer.phone ?? "?"} to ${to}`;
    return { system: { body, wa_id: to, type: "user_changed_number" }, type: "system" };
  }
  const body = `User ${customer.name} changed their user id`;
  const userId = { user_id: spec.newBsuid };
  return { system: { body, ...userId, type: "user_changed_user_id" }, type: "system" };
}
