import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { WebhookRequest } from "@punctual/channel-kit";
import type { WhatsAppConfig } from "./config.ts";

const SIGNATURE_HEADER = "x-hub-signature-256";
const SIGNATURE = /^sha256=([0-9a-f]{64})$/;

/** Answers Meta's verification request with its challenge, or `null` (channels.md A2). */
export function answerHandshake(
  config: Pick<WhatsAppConfig, "verifyToken">,
  query: URLSearchParams,
): string | null {
  const token = query.get("hub.verify_token");
  if (query.get("hub.mode") !== "subscribe" || token === null) return null;
  return isSameSecret(token, config.verifyToken) ? query.get("hub.challenge") : null;
}

/**
 * Whether the body was signed with the app secret (channels.md A3).
 *
 * The digest is taken over the bytes as received: Meta escapes non-ASCII characters before signing,
 * so a parsed and re-serialised body has another digest.
 */
export function verifyWebhook(
  config: Pick<WhatsAppConfig, "appSecret">,
  request: WebhookRequest,
): boolean {
  const header = request.headers[SIGNATURE_HEADER];
  const hex = typeof header === "string" ? SIGNATURE.exec(header)?.[1] : undefined;
  if (hex === undefined) return false;
  const expected = createHmac("sha256", config.appSecret).update(request.body).digest();
  return timingSafeEqual(Buffer.from(hex, "hex"), expected);
}

/** Hashing first gives both sides one length, so that not even the length leaks through timing. */
function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
