import type { MessageContent } from "@punctual/contract";

/**
 * How a channel knows a contact. At least one of `userId` and `phone` is set; `userId` (WhatsApp:
 * the BSUID) is matched first, then `phone`.
 */
export interface ContactIdentity {
  /** The channel's own stable id of the user. */
  readonly userId: string | null;
  /** Id of the same user across enrolled portfolios; never equal to a plain `userId`. */
  readonly parentUserId: string | null;
  /** Digits only, with the country code and without `+`. */
  readonly phone: string | null;
  readonly username: string | null;
  /** The name the customer gave themself, if the payload carried it. */
  readonly name: string | null;
}

interface EventBase {
  /** The business's address on the channel this belongs to (WhatsApp: the phone number id). */
  readonly address: string;
  /** The provider's stamp, epoch ms, unclamped. */
  readonly at: number;
  /** The payload as it came, for later and for people. */
  readonly raw: unknown;
}

/** A customer wrote something that a person must see. Starts a wait (clock.md §4). */
export interface CustomerMessageEvent extends EventBase {
  readonly type: "customerMessage";
  readonly externalId: string;
  readonly contact: ContactIdentity;
  readonly content: MessageContent;
  /** External id of the message this one quotes. */
  readonly replyTo: string | null;
}

/** A person of the business wrote to the customer in the provider's own app. */
export interface EchoEvent extends EventBase {
  readonly type: "echo";
  readonly externalId: string;
  /** The customer it was written to. */
  readonly contact: ContactIdentity;
  readonly content: MessageContent;
}

/** A customer reacted to a message, or took the reaction back (`emoji` null). Starts no wait. */
export interface ReactionEvent extends EventBase {
  readonly type: "reaction";
  readonly externalId: string;
  readonly contact: ContactIdentity;
  readonly targetExternalId: string;
  readonly emoji: string | null;
}

/** How far one of our messages got, or that it was refused. */
export interface DeliveryStatusEvent extends EventBase {
  readonly type: "deliveryStatus";
  /** The provider's id of our message. */
  readonly externalId: string;
  /** `other` keeps statuses we don't know yet. */
  readonly status: "sent" | "delivered" | "read" | "failed" | "other";
  /** The status as the provider names it. */
  readonly providerStatus: string;
  /** What we sent along with the message, if the provider gave it back. */
  readonly reference: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** The customer it was sent to, as far as the payload says. */
  readonly contact: ContactIdentity | null;
}

/** The customer's ids changed (a new number, a regenerated user id). Starts no wait. */
export interface IdentityChangedEvent extends EventBase {
  readonly type: "identityChanged";
  readonly externalId: string | null;
  readonly previous: ContactIdentity;
  readonly current: ContactIdentity;
}

/**
 * Something about a message or a contact that is worth keeping but starts nothing: an edit, a
 * deletion.
 */
export interface SystemEvent extends EventBase {
  readonly type: "system";
  readonly externalId: string | null;
  readonly contact: ContactIdentity | null;
  /** `edit`, `revoke`, or the provider's own name. */
  readonly kind: string;
  /** External id of the message that was edited or deleted. */
  readonly targetExternalId: string | null;
}

/** A part of the payload that means nothing to us. Logged with its reason, never an error. */
export interface IgnoredEvent {
  readonly type: "ignored";
  readonly address: string | null;
  readonly reason: string;
}

export type ChannelEvent =
  | CustomerMessageEvent
  | EchoEvent
  | ReactionEvent
  | DeliveryStatusEvent
  | IdentityChangedEvent
  | SystemEvent
  | IgnoredEvent;
