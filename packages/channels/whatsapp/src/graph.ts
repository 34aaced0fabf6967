import { z } from "zod";
import type { WhatsAppConfig } from "./config.ts";
import { someText } from "./inbound-schema.ts";

/** Graph's answer to something that is not a message: its JSON, or what is wrong in words. */
export type GraphAnswer =
  | { readonly type: "ok"; readonly json: unknown }
  | { readonly type: "missing" }
  | { readonly type: "refused"; readonly message: string }
  | { readonly type: "failed"; readonly message: string };

/** Calls Graph under the channel's version and token. Never throws; no answer carries a secret. */
export async function callGraph(
  config: WhatsAppConfig,
  path: string,
  init: RequestInit,
  fetch: typeof globalThis.fetch,
): Promise<GraphAnswer> {
  try {
    const response = await fetch(`${config.graphUrl}/${config.graphVersion}/${path}`, {
      ...init,
      headers: { authorization: `Bearer ${config.accessToken}` },
      // A redirect would carry the token to an address nobody configured.
      redirect: "manual",
    });
    const json: unknown = await response.json().catch(() => undefined);
    if (response.ok && json !== undefined) return { type: "ok", json };
    return refusalOf(response.status, json);
  } catch (thrown) {
    return { type: "failed", message: `Graph did not answer: ${nameOf(thrown)}.` };
  }
}

const Refused = z.object({
  error: z.object({
    code: z.int().catch(0),
    error_subcode: z.int().optional().catch(undefined),
    message: someText.optional().catch(undefined),
    error_data: z.object({ details: someText }).optional().catch(undefined),
  }),
});

/** Code 100 with subcode 33: there is no such object, or it is another's (channels.md A11). */
const NO_SUCH_OBJECT = 33;

function refusalOf(status: number, json: unknown): GraphAnswer {
  const { data } = Refused.safeParse(json);
  if (status === 404 || data?.error.error_subcode === NO_SUCH_OBJECT) return { type: "missing" };
  const said = data?.error.error_data?.details ?? data?.error.message;
  const message = `Graph answered ${status}${said === undefined ? "" : `: ${said}`}`.slice(0, 500);
  // What is no fault of the request may pass later; neither may a dead token be taken for a bad file.
  const isOurs = status >= 400 && status < 500 && status !== 401 && status !== 429;
  return { type: isOurs ? "refused" : "failed", message };
}

/** The message of an error may hold an address with a query; its name doesn't. */
export function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : "an error";
}
