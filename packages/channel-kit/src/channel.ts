import type { MessageContent } from "@punctual/contract";
import type { ChannelEvent, ContactIdentity } from "./channel-event.ts";
import type { ChannelLimits } from "./limits.ts";
import type { ChannelMedia } from "./media.ts";
import type { ChannelTemplates } from "./templates.ts";

/** A webhook as it came in. Nothing in it is trusted before `verify`. */
export interface WebhookRequest {
  /** The bytes of the body, exactly as received. */
  readonly body: Uint8Array;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** One message to a customer. */
export interface OutboundMessage {
  /** Ours, given back by later statuses: at most 512 characters. */
  readonly reference: string;
  readonly to: Pick<ContactIdentity, "userId" | "phone">;
  readonly content: MessageContent;
  /** External id of the message this one quotes, if any. */
  readonly replyTo: string | null;
}

/**
 * What became of a send.
 * - `sent`: the provider accepted it.
 * - `retry`: it certainly did not accept it and the same request may succeed later.
 * - `rejected`: it refused it for good; `stopsChannel` when nothing else will leave either (a dead
 * token).
 * - `unknown`: the request may have been accepted; it must not be repeated blindly.
 */
export type SendOutcome =
  | { readonly type: "sent"; readonly externalId: string; readonly contact: ContactIdentity | null }
  | {
      readonly type: "retry";
      readonly code: string;
      readonly message: string;
      /** What must wait: this message, everything to this contact, or the whole channel. */
      readonly scope: "message" | "contact" | "channel";
      /** Least time to wait before the given attempt (1 = the first retry), in ms. */
      readonly afterMs: (attempt: number) => number;
      /** How many tries in all before it counts as rejected. */
      readonly maxAttempts: number;
    }
  | {
      readonly type: "rejected";
      readonly code: string;
      readonly message: string;
      readonly stopsChannel: boolean;
    }
  | { readonly type: "unknown"; readonly code: string; readonly message: string };

/** @typeParam Config the channel's own credentials and settings, parsed by `parseConfig`. */
export interface Channel<Config> {
  /** The network's name, as in `channels.kind`: `whatsapp`. */
  readonly kind: string;
  readonly limits: ChannelLimits;

  /** Raw configuration → typed. Throws a `ZodError` that names the field. */
  parseConfig(raw: unknown): Config;

  /** The business's address on the network (WhatsApp: the phone number id); unique per kind. */
  addressOf(config: Config): string;

  /**
   * Answers the provider's handshake: the text to send back, or `null` when the token is wrong.
   * @param query the query string's parameters; keys may contain dots.
   */
  answerHandshake(config: Config, query: URLSearchParams): string | null;

  /** Whether the request really comes from the provider. Constant-time; never throws. */
  verifyWebhook(config: Config, request: WebhookRequest): boolean;

  /**
   * A parsed body → events in the payload's order. Total: what it doesn't understand becomes an
   * `unsupported` message or an `ignored` event; one odd part never costs the others.
   */
  parseWebhook(payload: unknown): readonly ChannelEvent[];

  /**
   * Sends one message and classifies the answer. Never throws.
   * @param signal aborts the request; an abort after bytes were sent is `unknown`.
   */
  send(
    config: Config,
    message: OutboundMessage,
    fetch: typeof globalThis.fetch,
    signal: AbortSignal,
  ): Promise<SendOutcome>;

  /** Files; left out by a channel that has none. */
  readonly media?: ChannelMedia<Config>;

  /** Templates; left out by a channel that has none. */
  readonly templates?: ChannelTemplates<Config>;
}
