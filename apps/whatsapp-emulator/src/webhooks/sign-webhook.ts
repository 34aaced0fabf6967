import { createHmac } from "node:crypto";
import type { JsonObject } from "../json.ts";

/**
 * The bytes of a webhook and the value of its `X-Hub-Signature-256` header.
 *
 * Non-ASCII characters are escaped as `\uXXXX` with lower-case digits, and the signature is over
 * the bytes in that form (`channels.md` A3): whoever hashes re-serialised JSON gets another digest.
 */
export function signWebhook(
  payload: JsonObject,
  appSecret: string,
): { readonly body: Buffer; readonly signature: string } {
  const body = Buffer.from(escapeNonAscii(JSON.stringify(payload)), "ascii");
  const digest = createHmac("sha256", appSecret).update(body).digest("hex");
  return { body, signature: `sha256=${digest}` };
}

function escapeNonAscii(json: string): string {
  return json.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
