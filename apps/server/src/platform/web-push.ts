/**
 * Sends Web Push messages (RFC 8030), encrypted for the browser alone (RFC 8291) and signed by this server
 * (RFC 8292), and says for certain what became of them.
 *
 * Where a push goes is an address that a client gave us. We ask only push services that are known, or that
 * the operator named, follow no redirect, and read no answer's body.
 */
import webPush from "web-push";
import { timeoutSignal } from "./clock.ts";

/** The pair that identifies this server to push services, in base64url. */
export interface PushKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

export function createPushKeys(): PushKeys {
  return webPush.generateVAPIDKeys();
}

/** What a browser's subscription says. */
export interface PushTarget {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

export interface Push {
  readonly payload: string;
  /** How long the push service keeps it for a browser that is away. */
  readonly ttlSeconds: number;
  /** A later push of the same topic replaces one that is still kept: up to 32 signs of base64url. */
  readonly topic: string;
  readonly urgency: "normal" | "high";
}

export type PushOutcome =
  | { readonly type: "sent" }
  /** The subscription has ended: nothing will ever arrive there. */
  | { readonly type: "gone" }
  /** It certainly was not taken, and may be later. */
  | { readonly type: "retry"; readonly error: string; readonly inMs: number | null }
  | { readonly type: "refused"; readonly error: string }
  /** It may have been taken: no answer came, or none that says. */
  | { readonly type: "unknown"; readonly error: string };

export interface Pusher {
  /** Never throws. `hurry` ends an attempt at once. */
  send(target: PushTarget, push: Push, hurry: AbortSignal): Promise<PushOutcome>;
}

/** Longest that an attempt may take. */
export const PUSH_ATTEMPT_MS = 15_000;

/**
 * @param subject whom a push service may write to about our pushes: an https: or mailto: address
 * @param allowed which services may be asked, beside the known ones
 */
export function createPusher(options: {
  readonly keys: PushKeys;
  readonly subject: string;
  readonly allowed: readonly string[];
}): Pusher {
  const vapidDetails = { subject: options.subject, ...options.keys };
  return {
    send: async ({ endpoint, p256dh, auth }, { payload, ttlSeconds, topic, urgency }, hurry) => {
      if (!isPushService(endpoint, options.allowed)) {
        return { type: "refused", error: "not a push service that this server may ask" };
      }
      try {
        const request = webPush.generateRequestDetails(
          { endpoint, keys: { p256dh, auth } },
          payload,
          { vapidDetails, TTL: ttlSeconds, topic, urgency, contentEncoding: "aes128gcm" },
        );
        const { "Content-Length": _, ...headers } = request.headers;
        const response = await fetch(endpoint, {
          method: "POST",
          headers: Object.entries(headers).map(([name, value]) => [name, String(value)] as const),
          body: new Uint8Array(request.body ?? Buffer.alloc(0)),
          redirect: "manual",
          signal: AbortSignal.any([timeoutSignal(PUSH_ATTEMPT_MS), hurry]),
        });
        await response.body?.cancel();
        return judge(response);
      } catch (error) {
        return judgeError(error);
      }
    },
  };
}

function judge({ status, headers }: Response): PushOutcome {
  if (status >= 200 && status < 300) return { type: "sent" };
  const error = `the push service answered ${status}`;
  if (status === 404 || status === 410) return { type: "gone" };
  if (status === 429 || status === 503) {
    return { type: "retry", error, inMs: retryAfterMs(headers.get("retry-after")) };
  }
  return { type: status >= 500 ? "unknown" : "refused", error };
}

/** In seconds, as push services give it; a date is passed over. */
function retryAfterMs(header: string | null): number | null {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : null;
}

/** Without a connection nothing can have been taken. */
const NEVER_CONNECTED: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

function judgeError(error: unknown): PushOutcome {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const code = String(Object(cause).code ?? message);
  if (NEVER_CONNECTED.has(code)) return { type: "retry", error: code, inMs: null };
  return { type: "unknown", error: code.slice(0, 200) };
}

/** The push services of today's browsers. Each takes what it is sent to a browser and nowhere else. */
const KNOWN_SERVICES = [
  "fcm.googleapis.com",
  "*.push.services.mozilla.com",
  "*.notify.windows.com",
  "*.push.apple.com",
] as const;

/**
 * Whether pushes may go to this address: https to a known service's own port, or what the operator
 * allows: a host (`push.example.com`, `*.example.com`), or a whole origin (`http://127.0.0.1:4100`).
 */
export function isPushService(endpoint: string, allowed: readonly string[]): boolean {
  const url = URL.parse(endpoint);
  if (url === null || url.username !== "" || url.password !== "") return false;
  if (allowed.includes(url.origin)) return true;
  if (url.protocol !== "https:" || url.port !== "") return false;
  return [...KNOWN_SERVICES, ...allowed].some((pattern) => matchesHost(url.hostname, pattern));
}

function matchesHost(hostname: string, pattern: string): boolean {
  return pattern.startsWith("*.") ? hostname.endsWith(pattern.slice(1)) : hostname === pattern;
}

/** Apple ends the subscription of a page that shows nothing for a push. */
export function mayPushSilently(endpoint: string): boolean {
  return !(URL.parse(endpoint)?.hostname ?? "").endsWith(".push.apple.com");
}
