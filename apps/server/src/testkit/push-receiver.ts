/**
 * A push service and its browsers on this machine. It takes pushes as RFC 8030 says, checks their signature
 * by RFC 8292, and its browsers decrypt them by RFC 8291: with nothing but Node's own cryptography, so that
 * it shares no code with what sends them.
 */
import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  type ECDH,
  hkdfSync,
  randomBytes,
  verify,
} from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A push as a browser's service worker gets it. */
export interface ReceivedPush {
  readonly payload: {
    readonly act: "show" | "close";
    readonly id: string;
    readonly kind?: string;
    readonly sessionId?: string;
    readonly title?: string;
  };
  readonly ttlSeconds: number;
  readonly topic: string | undefined;
  readonly urgency: string | undefined;
}

/** A browser that subscribed: what its page would send to our server, and what arrived. */
export interface TestBrowser {
  readonly subscription: {
    readonly endpoint: string;
    readonly keys: { readonly p256dh: string; readonly auth: string };
  };
  readonly received: readonly ReceivedPush[];
}

export interface PushReceiver {
  readonly origin: string;
  /** A browser that subscribed with this server key, at this address if a wire leads there. */
  subscribe(publicKey: string, origin?: string): TestBrowser;
  /** What the service answers to the next pushes; 201 takes them. */
  answer: () => { status: number; headers?: Readonly<Record<string, string>> };
  /** Requests so far, taken or not. */
  readonly requests: number;
  close(): Promise<void>;
}

interface Subscribed {
  readonly serverKey: string;
  readonly origin: string;
  readonly keys: ECDH;
  readonly auth: Buffer;
  readonly received: ReceivedPush[];
}

export async function startPushReceiver(): Promise<PushReceiver> {
  const browsers = new Map<string, Subscribed>();
  let requests = 0;
  const server = createServer(async (request, response) => {
    requests += 1;
    const { status, headers = {} } = receiver.answer();
    const browser = browsers.get(request.url ?? "");
    const body = await buffer(request);
    if (browser === undefined) return void response.writeHead(404).end();
    if (status === 201) {
      const refusal = refusalOf(request, browser);
      if (refusal !== null) return void response.writeHead(403).end(refusal);
      browser.received.push(readPush(request, body, browser));
    }
    response.writeHead(status, headers).end("x".repeat(100));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const receiver: PushReceiver = {
    origin: `http://127.0.0.1:${port}`,
    subscribe: (serverKey, origin = receiver.origin) => {
      const keys = createECDH("prime256v1");
      const p256dh = keys.generateKeys("base64url");
      const auth = randomBytes(16);
      const path = `/push/${randomBytes(8).toString("hex")}`;
      const browser: Subscribed = { serverKey, origin, keys, auth, received: [] };
      browsers.set(path, browser);
      return {
        subscription: {
          endpoint: origin + path,
          keys: { p256dh, auth: auth.toString("base64url") },
        },
        received: browser.received,
      };
    },
    answer: () => ({ status: 201 }),
    get requests() {
      return requests;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return receiver;
}

/** RFC 8292: who sends is who the browser subscribed with, and means this service, now. */
function refusalOf({ headers }: IncomingMessage, browser: Subscribed): string | null {
  const [, jwt = "", key = ""] =
    /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(headers.authorization ?? "") ?? [];
  if (key !== browser.serverKey) return "not the key of the subscription";
  const [head = "", claims = "", signature = ""] = jwt.split(".");
  const point = Buffer.from(key, "base64url");
  const publicKey = createPublicKey({
    format: "jwk",
    key: {
      kty: "EC",
      crv: "P-256",
      x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33, 65).toString("base64url"),
    },
  });
  const isSigned = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    { key: publicKey, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  if (!isSigned) return "the signature is wrong";
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, "base64url").toString());
  if (aud !== browser.origin) return "meant for another service";
  const now = Date.now() / 1_000;
  if (!(exp > now && exp <= now + 24 * 3_600)) return "expired, or valid for too long";
  return /^(mailto:|https:)/.test(sub) ? null : "nobody to write to";
}

/** RFC 8291, the receiving side: one record of `aes128gcm`. */
function readPush({ headers }: IncomingMessage, body: Buffer, browser: Subscribed): ReceivedPush {
  const salt = body.subarray(0, 16);
  const senderKey = body.subarray(21, 21 + body.readUInt8(20));
  const sealed = body.subarray(21 + senderKey.length);
  const info = Buffer.concat([
    Buffer.from("WebPush: info\0"),
    browser.keys.getPublicKey(),
    senderKey,
  ]);
  const shared = browser.keys.computeSecret(senderKey);
  const secret = Buffer.from(hkdfSync("sha256", shared, browser.auth, info, 32));
  const derive = (what: string, length: number) =>
    Buffer.from(
      hkdfSync("sha256", secret, salt, Buffer.from(`Content-Encoding: ${what}\0`), length),
    );
  const decipher = createDecipheriv("aes-128-gcm", derive("aes128gcm", 16), derive("nonce", 12));
  decipher.setAuthTag(sealed.subarray(-16));
  const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  const text = padded.subarray(0, padded.lastIndexOf(2)).toString();
  return {
    payload: JSON.parse(text),
    ttlSeconds: Number(headers.ttl),
    topic: headers.topic?.toString(),
    urgency: headers.urgency?.toString(),
  };
}
