import { createHmac } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";
import type { SettingsInput } from "./settings.ts";
import { startEmulator } from "./start-emulator.ts";

/** A webhook as the business's server got it. */
export interface Received {
  readonly raw: string;
  readonly signatureFits: boolean;
  readonly payload: WebhookPayload;
  /** How many were being answered when it came, itself included. */
  readonly concurrent: number;
}

export interface WebhookPayload {
  object: string;
  entry: {
    id: string;
    time?: number;
    changes: { field: string; value: WebhookValue }[];
  }[];
}

export interface WebhookValue {
  messaging_product: string;
  metadata: { display_phone_number: string; phone_number_id: string };
  contacts?: Record<string, unknown>[];
  messages?: Record<string, unknown>[];
  statuses?: Record<string, unknown>[];
  message_echoes?: Record<string, unknown>[];
  user_id_update?: Record<string, unknown>[];
}

export const NUMBER = {
  phoneNumberId: "106540352242922",
  displayPhoneNumber: "+1 555 078 3881",
  wabaId: "419561257915477",
  accessToken: "token-of-the-number",
  appSecret: "test-app-secret",
  verifyToken: "verify-me",
};

const toClose: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});

/** A tiny business server that keeps what it gets and answers what it's told. */
export async function startReceiver() {
  const received: Received[] = [];
  let answering = 0;
  const answers = {
    status: 200,
    next: [] as number[],
    delayMs: 0,
    verifyToken: NUMBER.verifyToken,
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://x");
    if (request.method === "GET") return answerHandshake(url, answers.verifyToken, response);
    answering += 1;
    const body = Buffer.concat(await request.toArray());
    const header = request.headers["x-hub-signature-256"];
    const digest = createHmac("sha256", NUMBER.appSecret).update(body).digest("hex");
    received.push({
      raw: body.toString("utf8"),
      signatureFits: header === `sha256=${digest}`,
      payload: JSON.parse(body.toString("utf8")),
      concurrent: answering,
    });
    if (answers.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, answers.delayMs));
    answering -= 1;
    response.writeHead(answers.next.shift() ?? answers.status).end("seen");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  toClose.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/webhooks/1`, received, answers };
}

function answerHandshake(url: URL, verifyToken: string, response: ServerResponse): void {
  const good = url.searchParams.get("hub.verify_token") === verifyToken;
  const challenge = url.searchParams.get("hub.challenge") ?? "";
  response.writeHead(good ? 200 : 403).end(good ? challenge : "no");
}

/** An emulator with one number whose webhooks go to a receiver, and one customer, Anna. */
export async function startPair(settings: SettingsInput = {}) {
  const receiver = await startReceiver();
  const emulator = await startEmulator({
    settings,
    numbers: [{ ...NUMBER, webhookUrl: receiver.url }],
  });
  toClose.push(emulator.close);
  const { client, url } = emulator;
  await client.addCustomer(ANNA);
  const send = (body: unknown, token = NUMBER.accessToken) => postSend(url, body, token);
  return { emulator, client, url, receiver, received: receiver.received, send };
}

export const ANNA = {
  id: "anna",
  name: "Anna",
  phone: "+16505551234",
  bsuid: "US.13491208655302741918",
};

/** Sends as the business would. */
export async function postSend(url: string, body: unknown, token: string) {
  const response = await fetch(`${url}/v25.0/${NUMBER.phoneNumberId}/messages`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(2_000),
  });
  const text = await response.text();
  const json: GraphAnswer = text.startsWith("{") ? JSON.parse(text) : {};
  return { status: response.status, text, json };
}

export interface GraphAnswer {
  messages?: { id: string }[];
  contacts?: Record<string, string>[];
  success?: boolean;
  error?: {
    code: number;
    message: string;
    error_subcode?: number;
    error_data?: { details: string };
  };
}

/** A text to Anna. */
export function text(body: string, rest: Record<string, unknown> = {}) {
  return {
    messaging_product: "whatsapp",
    to: "+16505551234",
    type: "text",
    text: { body },
    ...rest,
  };
}

/** All messages, or statuses, in the order they arrived. */
export function messagesIn(received: readonly Received[]) {
  return valuesIn(received).flatMap((value) => value.messages ?? []);
}

export function statusesIn(received: readonly Received[]) {
  return valuesIn(received).flatMap((value) => value.statuses ?? []);
}

export function valuesIn(received: readonly Received[]): WebhookValue[] {
  return received.flatMap(({ payload }) =>
    payload.entry.flatMap((entry) => entry.changes.map((change) => change.value)),
  );
}
