import { createHmac } from "node:crypto";
import { type EventSocket, openEventSocket } from "./event-socket.ts";
import { createCaller, type HttpAnswer, RefusedCall } from "./journey-api.ts";

/** Somebody at a browser on the server's own pages: it keeps cookies. */
export interface Browser {
  /** Asks for a whole path; throws unless it succeeds. */
  call(route: string, body?: unknown): Promise<HttpAnswer>;
  /** The stable code with which it is refused. */
  refusal(route: string, body?: unknown): Promise<unknown>;
  logIn(email: string, password: string): Promise<HttpAnswer>;
  openSocket(): Promise<EventSocket>;
}

/** @param publicUrl where pages of the server come from, as it was configured. */
export function openBrowser(url: string, publicUrl = "http://punctual.test"): Browser {
  const jar = new Map<string, string>();
  const headers = () => ({
    origin: publicUrl,
    ...(jar.size === 0 ? {} : { cookie: [...jar].map((pair) => pair.join("=")).join("; ") }),
  });
  const call = async (route: string, body?: unknown) => {
    const answer = await createCaller(url, headers())(route, body);
    for (const cookie of answer.headers.getSetCookie()) keep(jar, cookie);
    return answer;
  };
  return {
    call,
    refusal: async (route, body) => {
      try {
        await call(route, body);
      } catch (error) {
        if (error instanceof RefusedCall) return error.code;
        throw error;
      }
      throw new Error(`${route} was not refused`);
    },
    logIn: (email, password) => call("POST /api/auth/sign-in/email", { email, password }),
    openSocket: () => openEventSocket(url, { headers: headers() }),
  };
}

function keep(jar: Map<string, string>, cookie: string): void {
  const [pair = ""] = cookie.split(";");
  const at = pair.indexOf("=");
  if (/max-age=0/i.test(cookie)) jar.delete(pair.slice(0, at));
  else jar.set(pair.slice(0, at), pair.slice(at + 1));
}

const PERIOD_MS = 30_000;

/** What an authenticator app shows for such an `otpauth://` address (RFC 6238). */
export function codeOf(totpUri: string, now = Date.now()): string {
  const secret = decodeBase32(new URL(totpUri).searchParams.get("secret") ?? "");
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / PERIOD_MS)));
  const digest = createHmac("sha1", secret).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, "0");
}

function decodeBase32(text: string): Buffer {
  const bits = [...text.replaceAll("=", "")]
    .map((sign) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(sign).toString(2).padStart(5, "0"))
    .join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
