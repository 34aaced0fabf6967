import type {
  ContactIdentity,
  OutboundMessage,
  SendOutcome,
  UploadType,
} from "@punctual/channel-kit";
import { z } from "zod";
import type { WhatsAppConfig } from "./config.ts";
import { classifyNoAnswer, classifyRefusal, neverStarted, type Refusal } from "./errors.ts";
import { ContactEntry, someText } from "./inbound-schema.ts";

/**
 * Sends one message through `POST /{version}/{phoneNumberId}/messages` and classifies the answer
 * (channels.md A10, A11, A16). Never throws; no outcome carries a secret.
 */
export async function sendMessage(
  config: WhatsAppConfig,
  message: OutboundMessage,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const body = renderMessage(message);
  if ("stopsChannel" in body) return body;
  if (signal.aborted) return neverStarted(message.reference);
  try {
    const response = await fetch(
      `${config.graphUrl}/${config.graphVersion}/${config.phoneNumberId}/messages`,
      {
        method: "POST",
        headers: {
          authorization: `Bearer ${config.accessToken}`,
          "content-type": "application/json",
        },
        body: JSON.stringify(body),
        // A redirect would carry the message to an address nobody configured.
        redirect: "manual",
        signal,
      },
    );
    return classifyAnswer(response, await readJson(response), config, message.reference);
  } catch (thrown) {
    return classifyNoAnswer(thrown, message.reference);
  }
}

type Rejected = Extract<SendOutcome, { type: "rejected" }>;
type Recipient = { readonly to: string } | { readonly recipient: string };
type Content =
  | { readonly type: "text"; readonly text: { readonly body: string } }
  | { readonly type: "template"; readonly template: object }
  | MediaContent;
type MediaContent = {
  readonly [Type in UploadType]: { readonly type: Type } & { readonly [Name in Type]: object };
}[UploadType];
type RequestBody = Recipient &
  Content & {
    readonly messaging_product: "whatsapp";
    readonly recipient_type: "individual";
    readonly context?: { readonly message_id: string };
    readonly biz_opaque_callback_data: string;
  };

/** The request's JSON, or why there can be none. */
function renderMessage(message: OutboundMessage): RequestBody | Rejected {
  const recipient = renderRecipient(message.to);
  if ("stopsChannel" in recipient) return recipient;
  const content = renderContent(message.content);
  if ("stopsChannel" in content) return content;
  return {
    messaging_product: "whatsapp",
    recipient_type: "individual",
    ...recipient,
    ...content,
    ...(message.replyTo === null ? {} : { context: { message_id: message.replyTo } }),
    biz_opaque_callback_data: message.reference,
  };
}

/**
 * The phone number if there is one: every message type takes it, and it would win anyway if both
 * were given (channels.md A6). With `+`: without it, Meta may prepend the business's own country
 * code.
 */
function renderRecipient({ phone, userId }: OutboundMessage["to"]): Recipient | Rejected {
  if (phone !== null) return { to: `+${phone}` };
  if (userId !== null) return { recipient: userId };
  return rejected("no_recipient", "The contact has no phone number and no user id.");
}

function renderContent(content: OutboundMessage["content"]): Content | Rejected {
  switch (content.type) {
    case "text":
      return { type: "text", text: { body: content.text } };
    case "template": {
      const { name, language, components } = content;
      const template = { name, language: { code: language } };
      return {
        type: "template",
        template: components === undefined ? template : { ...template, components },
      };
    }
    case "image":
    case "video":
    case "audio":
    case "document":
    case "sticker":
      return renderMedia(content.type, content);
    default: {
      const why = `Messages of type ${content.type} can't be sent on WhatsApp yet.`;
      return rejected("content_not_sendable", why);
    }
  }
}

type Media = Extract<OutboundMessage["content"], { mediaId?: string | undefined }>;

/** Files that Meta has already, by the id that the upload gave (channels.md A10). */
function renderMedia(
  type: UploadType,
  { mediaId: id, caption, fileName }: Media,
): Content | Rejected {
  if (id === undefined) return rejected("no_media", "The message has no file.");
  const captioned = caption === undefined ? {} : { caption };
  const named = fileName === undefined ? {} : { filename: fileName };
  switch (type) {
    case "image":
      return { type, image: { id, ...captioned } };
    case "video":
      return { type, video: { id, ...captioned } };
    case "document":
      return { type, document: { id, ...captioned, ...named } };
    case "audio":
      return { type, audio: { id } };
    case "sticker":
      return { type, sticker: { id } };
  }
}

function rejected(code: string, message: string): Rejected {
  return { type: "rejected", code, message, stopsChannel: false };
}

/** The answer's body, or `undefined` when it isn't JSON or broke off: the status still counts. */
async function readJson(response: Response): Promise<unknown> {
  try {
    return JSON.parse(await response.text());
  } catch {
    return undefined;
  }
}

const Accepted = z.object({
  messages: z.tuple([z.object({ id: z.string().min(1) })], z.unknown()),
  contacts: z.array(z.unknown()).catch([]),
});

const Refused = z.object({
  error: z.object({
    code: z.union([z.int(), z.string().regex(/^\d+$/).transform(Number)]),
    message: someText,
    error_data: z.object({ details: someText }).optional().catch(undefined),
    is_transient: z.boolean().catch(false),
  }),
});

/** Graph's `code` decides first, whatever the HTTP status (channels.md A11). */
function classifyAnswer(
  response: Response,
  body: unknown,
  config: WhatsAppConfig,
  reference: string,
): SendOutcome {
  const refused = Refused.safeParse(body);
  const accepted = Accepted.safeParse(body);
  if (!refused.success && response.ok) {
    if (accepted.success) {
      const { messages, contacts } = accepted.data;
      return { type: "sent", externalId: messages[0].id, contact: contactIn(contacts[0]) };
    }
    const message = "WhatsApp's answer can't be read; the message may have been sent.";
    return { type: "unknown", code: "unreadable_answer", message };
  }
  const error = refused.success ? refused.data.error : undefined;
  const said = error?.error_data?.details ?? error?.message;
  const refusal: Refusal = {
    httpStatus: response.status,
    code: error?.code ?? null,
    details: said === undefined ? null : withoutSecrets(said, config),
    isTransient: error?.is_transient ?? false,
    waitMs: waitAskedFor(response.headers),
  };
  return classifyRefusal(refusal, reference);
}

/** `wa_id` may differ from the number that was dialled: it is the one to keep (channels.md A6). */
function contactIn(raw: unknown): ContactIdentity | null {
  const contact = ContactEntry.safeParse(raw);
  const { user_id: userId = null, wa_id: phone = null } = contact.success ? contact.data : {};
  if (userId === null && phone === null) return null;
  return { userId, parentUserId: null, phone, username: null, name: null };
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const LONGEST_WAIT_MS = 60 * MINUTE_MS;

const UsageHeader = z.record(
  z.string(),
  z.array(z.object({ estimated_time_to_regain_access: z.number().catch(0) })),
);

/**
 * The wait asked for by `Retry-After` (seconds) or Graph's usage header (minutes), at most an
 * hour.
 */
function waitAskedFor(headers: Headers): number {
  const seconds = Number(headers.get("retry-after") ?? 0);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * SECOND_MS : 0;
  const usage = UsageHeader.safeParse(parseJson(headers.get("x-business-use-case-usage")));
  const minutes = (usage.success ? Object.values(usage.data).flat() : []).map(
    (entry) => entry.estimated_time_to_regain_access,
  );
  return Math.min(Math.max(0, retryAfterMs, ...minutes.map((m) => m * MINUTE_MS)), LONGEST_WAIT_MS);
}

function parseJson(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const MAX_DETAILS_LENGTH = 500;

/** Graph quotes what it was sent in some errors; a secret must never reach a log or a screen. */
function withoutSecrets(text: string, config: WhatsAppConfig): string {
  const secrets = [config.accessToken, config.appSecret, config.verifyToken];
  return secrets
    .reduce((clean, secret) => clean.replaceAll(secret, "[secret]"), text)
    .slice(0, MAX_DETAILS_LENGTH);
}
