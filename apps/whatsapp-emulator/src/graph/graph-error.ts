import { randomBytes } from "node:crypto";
import type { JsonObject } from "../json.ts";

/** HTTP status and title of the codes that Meta documents; others are 400 (`channels.md` A16). */
const KNOWN: Readonly<Record<number, readonly [httpStatus: number, title: string]>> = {
  0: [401, "AuthException"],
  1: [400, "API Unknown"],
  2: [503, "API Service"],
  3: [500, "API Method"],
  4: [400, "API Too Many Calls"],
  10: [403, "Permission Denied"],
  33: [400, "Parameter value is not valid"],
  100: [400, "Invalid parameter"],
  190: [401, "Access token has expired"],
  200: [403, "API Permission"],
  368: [403, "Temporarily blocked for policies violations"],
  80007: [400, "Rate limit issues"],
  130403: [403, "Business has blocked the user"],
  130429: [429, "Rate limit hit"],
  130472: [400, "User's number is part of an experiment"],
  130497: [403, "Business account is restricted from messaging users in this country."],
  131000: [500, "Something went wrong"],
  131005: [403, "Access denied"],
  131008: [400, "Required parameter is missing"],
  131009: [400, "Parameter value is not valid"],
  131016: [500, "Service unavailable"],
  131021: [400, "Recipient cannot be sender"],
  131026: [400, "Message undeliverable"],
  131031: [403, "Business Account locked"],
  131037: [400, "Display name approval required"],
  131042: [400, "Business eligibility payment issue"],
  131045: [500, "Incorrect certificate"],
  131047: [400, "Re-engagement message"],
  131048: [429, "Spam rate limit hit"],
  131049: [400, "Meta chose not to deliver"],
  131050: [400, "User has stopped marketing messages"],
  131051: [400, "Unsupported message type"],
  131052: [400, "Media download error"],
  131053: [400, "Media upload error"],
  131056: [429, "(Business Account, Consumer Account) pair rate limit hit"],
  131057: [500, "Account in maintenance mode"],
  131062: [400, "Business-scoped user ids are not supported for this message"],
  132000: [400, "Template param count mismatch"],
  132001: [404, "Template does not exist"],
  132005: [400, "Template hydrated text too long"],
  132007: [400, "Template format character policy violated"],
  132012: [400, "Template parameter format mismatch"],
  132015: [400, "Template is paused"],
  132016: [400, "Template is disabled"],
  133004: [503, "Server temporarily unavailable"],
  133010: [400, "Phone number not registered"],
};

interface Overrides {
  readonly httpStatus?: number | null;
  readonly title?: string | null;
  readonly subcode?: number;
  readonly type?: string;
}

/** An answer of the Graph API that isn't a success (`channels.md` A11). */
export class GraphError extends Error {
  readonly code: number;
  readonly httpStatus: number;
  readonly body: JsonObject;

  /** @param details what exactly is wrong; readers should decide on the code and then on this. */
  constructor(code: number, details: string | null = null, overrides: Overrides = {}) {
    const [httpStatus, title] = KNOWN[code] ?? [400, `Error ${code}`];
    super(overrides.title ?? title);
    this.name = "GraphError";
    this.code = code;
    this.httpStatus = overrides.httpStatus ?? httpStatus;
    const data = { messaging_product: "whatsapp", details };
    this.body = {
      error: {
        message: `(#${code}) ${this.message}`,
        type: overrides.type ?? "OAuthException",
        code,
        ...(details === null ? {} : { error_data: data }),
        ...(overrides.subcode === undefined ? {} : { error_subcode: overrides.subcode }),
        ...(this.httpStatus >= 500 ? { is_transient: true } : {}),
        fbtrace_id: `A${randomBytes(16).toString("base64url")}`,
      },
    };
  }
}

/** The title that a code has, also in a failed status. */
export function titleOf(code: number): string {
  return KNOWN[code]?.[1] ?? `Error ${code}`;
}
