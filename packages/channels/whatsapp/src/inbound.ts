/**
 * A webhook's body → channel events (channels.md A5–A9).
 *
 * One POST carries up to a thousand updates in nested lists: entry[] → changes[] → messages[],
 * statuses[], errors[], … Each part is read on its own; one that can't be read becomes an `ignored`
 * event with its reason, and the others go on. Nothing here throws, whatever the JSON.
 *
 *   messages[]        text, media, taps, …  → customerMessage
 *                     reaction              → reaction
 *                     edit, revoke          → system
 *                     system                → identityChanged, else system
 *   statuses[]                              → deliveryStatus
 *   message_echoes[]  text, media, …        → echo;  reaction, edit, revoke → system
 *   user_id_update[]                        → identityChanged
 *   all the rest                            → ignored
 */
import type {
  ChannelEvent,
  ContactIdentity,
  DeliveryStatusEvent,
  IdentityChangedEvent,
  IgnoredEvent,
  SystemEvent,
} from "@punctual/channel-kit";
import { parseContent } from "./inbound-content.ts";
import { type CustomerIds, contactOf, isKnown } from "./inbound-identity.ts";
import {
  Change,
  ContactEntry,
  Entry,
  Envelope,
  Message,
  ProviderError,
  Status,
  UserIdUpdate,
} from "./inbound-schema.ts";

/** What the parts of one change have in common. */
interface Frame {
  readonly address: string;
  readonly contacts: readonly ContactEntry[];
  /** The entry's own stamp, for parts without a readable one, epoch ms; 0 when it has none. */
  readonly entryAt: number;
}

/** Translates one parsed webhook body; total (channels.md A7, A8). */
export function parseWebhook(payload: unknown): readonly ChannelEvent[] {
  const envelope = Envelope.safeParse(payload);
  if (!envelope.success) return [ignored(null, "not a webhook envelope")];
  return envelope.data.entry.flatMap(parseEntry);
}

function parseEntry(raw: unknown): ChannelEvent[] {
  const entry = Entry.safeParse(raw);
  if (!entry.success) return [ignored(null, "an entry is not an object")];
  const { time, changes } = entry.data;
  if (changes.length === 0) return [ignored(null, "an entry has no changes")];
  return changes.flatMap((change) => parseChange(change, time ?? 0));
}

function parseChange(raw: unknown, entryAt: number): ChannelEvent[] {
  const change = Change.safeParse(raw);
  if (!change.success) return [ignored(null, "a change is not an object")];
  const { field = "(none)", value } = change.data;
  const address = value?.metadata?.phone_number_id;
  if (value === undefined) return [ignored(null, `field ${field}: no value`)];

  const readers = FIELDS.get(field);
  if (readers === undefined) return [ignored(address ?? null, `field ${field}: not handled`)];
  if (address === undefined) return [ignored(null, `field ${field}: no phone number id`)];

  const contacts = value.contacts.flatMap((entry) => {
    const contact = ContactEntry.safeParse(entry);
    return contact.success ? [contact.data] : [];
  });
  const frame: Frame = { address, contacts, entryAt };
  const events = readers.flatMap(([list, read]) =>
    value[list].flatMap((part) => read(part, frame)),
  );
  return events.length > 0 ? events : [ignored(address, `field ${field}: nothing in it is known`)];
}

type PartReader = (raw: unknown, frame: Frame) => ChannelEvent[];
type ListName =
  | "messages"
  | "statuses"
  | "errors"
  | "user_actions"
  | "message_echoes"
  | "user_id_update";

/** The webhook fields we understand, with the lists each may carry. */
const FIELDS = new Map<string, readonly (readonly [ListName, PartReader])[]>([
  [
    "messages",
    [
      ["messages", parseMessage],
      ["statuses", parseStatus],
      ["errors", parseError],
      ["user_actions", (_, { address }) => [ignored(address, "user action: not handled")]],
    ],
  ],
  ["smb_message_echoes", [["message_echoes", parseEcho]]],
  ["user_id_update", [["user_id_update", parseUserIdUpdate]]],
]);

function parseMessage(raw: unknown, frame: Frame): ChannelEvent[] {
  const parsed = Message.safeParse(raw);
  if (!parsed.success) return [ignored(frame.address, "a message is not an object")];
  const { id: externalId, type = "unknown", ...message } = parsed.data;
  if (externalId === undefined) return [ignored(frame.address, `message ${type}: no id`)];
  if (type === "request_welcome") return [ignored(frame.address, `message ${type}: retired`)];

  const base = { ...baseOf(raw, message.timestamp, frame), externalId };
  if (type === "system") return [identityChange(parsed.data, base)];
  const sender = {
    phone: message.from,
    userId: message.from_user_id,
    parentUserId: message.from_parent_user_id,
  };
  const contact = contactOf(sender, frame.contacts);
  const { message_id: targetExternalId, emoji = null } = message.reaction ?? {};
  if (type === "reaction" && targetExternalId !== undefined && isKnown(contact)) {
    return [{ type: "reaction", ...base, contact, targetExternalId, emoji }];
  }
  if (isAside(type, message)) return [aside(parsed.data, contact, base)];
  if (!isKnown(contact)) return [ignored(frame.address, `message ${type}: no sender`)];
  const replyTo = message.context?.id ?? null;
  const content = parseContent(type, raw);
  return [{ type: "customerMessage", ...base, contact, content, replyTo }];
}

/** A person of the business wrote in the WhatsApp Business app (channels.md A9). */
function parseEcho(raw: unknown, frame: Frame): ChannelEvent[] {
  const parsed = Message.safeParse(raw);
  if (!parsed.success) return [ignored(frame.address, "an echo is not an object")];
  const { id: externalId, type = "unknown", ...message } = parsed.data;
  if (externalId === undefined) return [ignored(frame.address, `echo ${type}: no id`)];

  const base = { ...baseOf(raw, message.timestamp, frame), externalId };
  const addressee = {
    phone: message.to,
    userId: message.to_user_id,
    parentUserId: message.to_parent_user_id,
  };
  const contact = contactOf(addressee, frame.contacts);
  if (isAside(type, message)) return [aside(parsed.data, contact, base)];
  if (!isKnown(contact)) return [ignored(frame.address, `echo ${type}: no addressee`)];
  return [{ type: "echo", ...base, contact, content: parseContent(type, raw) }];
}

/**
 * Types that say something about a message or a contact and are not themselves something to
 * answer.
 */
const ASIDES: ReadonlySet<string> = new Set(["edit", "revoke", "reaction", "system"]);

/** Numbers that can't see edits get them as `unsupported`, with the real type inside. */
function isAside(type: string, message: Pick<Message, "unsupported">): boolean {
  return ASIDES.has(type === "unsupported" ? (message.unsupported?.type ?? type) : type);
}

type MessageBase = Pick<SystemEvent, "address" | "at" | "raw"> & { readonly externalId: string };

function aside(message: Message, contact: ContactIdentity, base: MessageBase): SystemEvent {
  const { type = "unknown", edit, revoke, reaction, system, unsupported } = message;
  const named = type === "system" ? system : unsupported;
  const target =
    edit?.original_message_id ?? revoke?.original_message_id ?? reaction?.message_id ?? null;
  return {
    type: "system",
    ...base,
    contact: isKnown(contact) ? contact : null,
    kind: named?.type ?? type,
    targetExternalId: target,
  };
}

const IDENTITY_CHANGES: ReadonlySet<string> = new Set([
  "user_changed_number",
  "user_changed_user_id",
]);

/**
 * A system message. The message's own ids are the old ones, those inside `system` the new ones; a
 * change of the BSUID often comes without any old id and is linked by `user_id_update` instead.
 */
function identityChange(message: Message, base: MessageBase): IdentityChangedEvent | SystemEvent {
  const { system } = message;
  const previous = identityOf({
    phone: message.from,
    userId: system?.previous_user_id ?? message.from_user_id,
    parentUserId: message.from_parent_user_id,
  });
  const current = identityOf({
    phone: system?.wa_id,
    userId: system?.user_id,
    parentUserId: system?.parent_user_id,
  });
  if (IDENTITY_CHANGES.has(system?.type ?? "") && isKnown(previous) && isKnown(current)) {
    return { type: "identityChanged", ...base, previous, current };
  }
  return aside(message, isKnown(previous) ? previous : current, base);
}

/**
 * `wa_id` is the number after the change, so it says nothing about who the contact was: matching it
 * against the previous identity could hit the number's former owner.
 */
function parseUserIdUpdate(raw: unknown, frame: Frame): ChannelEvent[] {
  const update = UserIdUpdate.safeParse(raw);
  const { user_id, parent_user_id, wa_id, timestamp } = update.success ? update.data : {};
  if (user_id?.previous === undefined || user_id.current === undefined) {
    return [ignored(frame.address, "user id update: not both ids")];
  }
  const previous = identityOf({
    phone: undefined,
    userId: user_id.previous,
    parentUserId: parent_user_id?.previous,
  });
  const current = contactOf(
    { phone: wa_id, userId: user_id.current, parentUserId: parent_user_id?.current },
    frame.contacts,
  );
  const base = baseOf(raw, timestamp, frame);
  return [{ type: "identityChanged", ...base, externalId: null, previous, current }];
}

/**
 * `played` means that a voice note was listened to, which is more than read and no state of its
 * own.
 */
const STATUSES: ReadonlyMap<string, DeliveryStatusEvent["status"]> = new Map([
  ["sent", "sent"],
  ["delivered", "delivered"],
  ["read", "read"],
  ["played", "read"],
  ["failed", "failed"],
]);

function parseStatus(raw: unknown, frame: Frame): ChannelEvent[] {
  const parsed = Status.safeParse(raw);
  if (!parsed.success) return [ignored(frame.address, "a status is not an object")];
  const status = parsed.data;
  if (status.id === undefined || status.status === undefined) {
    return [ignored(frame.address, "a status has no id or no name")];
  }
  // In a group the recipient is the group and not a customer.
  const contact =
    status.recipient_type === "group" ? null : contactOf(recipientOf(status), frame.contacts);
  return [
    {
      type: "deliveryStatus",
      ...baseOf(raw, status.timestamp, frame),
      externalId: status.id,
      status: STATUSES.get(status.status) ?? "other",
      providerStatus: status.status,
      reference: status.biz_opaque_callback_data ?? null,
      error: status.errors.map(errorOf).find((error) => error !== null) ?? null,
      contact: contact !== null && isKnown(contact) ? contact : null,
    },
  ];
}

function recipientOf(status: Status): CustomerIds {
  return {
    phone: status.recipient_id,
    userId: status.recipient_user_id,
    parentUserId: status.recipient_parent_user_id,
  };
}

function errorOf(raw: unknown): DeliveryStatusEvent["error"] {
  const error = ProviderError.safeParse(raw);
  if (!error.success) return null;
  const { code = "unknown", title, message, error_data } = error.data;
  return { code, message: error_data?.details ?? message ?? title ?? "No reason was given." };
}

/** An error of the account, the app or the platform; it belongs to no message (channels.md A5). */
function parseError(raw: unknown, frame: Frame): ChannelEvent[] {
  const error = errorOf(raw);
  const text = error === null ? "not an object" : `${error.code} ${error.message}`;
  return [ignored(frame.address, `error from WhatsApp: ${text}`)];
}

function baseOf(raw: unknown, at: number | undefined, frame: Frame) {
  return { address: frame.address, at: at ?? frame.entryAt, raw };
}

function identityOf(ids: CustomerIds): ContactIdentity {
  return contactOf(ids, []);
}

const MAX_REASON_LENGTH = 200;

function ignored(address: string | null, reason: string): IgnoredEvent {
  return { type: "ignored", address, reason: reason.slice(0, MAX_REASON_LENGTH) };
}
