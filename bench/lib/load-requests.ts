import { createHmac, randomUUID } from "node:crypto";
import { type LoadPlan, type LoadTarget, NUMBER_DIGITS } from "./load-plan.ts";

/** One webhook as the bytes of a whole HTTP request. */
export interface LoadRequest {
  readonly bytes: Buffer;
  readonly externalIds: readonly string[];
}

/**
 * Builds and signs every webhook of a plan beforehand, so that sending them costs next to nothing. The
 * bodies have the members of Meta's own examples (channels.md A5).
 */
export function loadRequests(plan: LoadPlan): LoadRequest[] {
  const run = randomUUID().replaceAll("-", "");
  const sentAt = Math.floor(Date.now() / 1_000);
  const targets = [plan, ...(plan.others ?? [])];
  const requests: LoadRequest[] = [];
  for (let first = 0; first < plan.messages; first += plan.batch) {
    const count = Math.min(plan.batch, plan.messages - first);
    const target = targets[requests.length % targets.length] ?? plan;
    const messages = Array.from({ length: count }, (_, offset) =>
      messageOf(
        plan,
        target,
        `${run}${String(first + offset).padStart(NUMBER_DIGITS, "0")}`,
        sentAt,
      ),
    );
    requests.push({
      bytes: requestOf(plan.url, target, bodyOf(target, messages)),
      externalIds: messages.map(({ id }) => id),
    });
  }
  return requests;
}

interface LoadMessage {
  readonly phone: string;
  readonly name: string;
  readonly id: string;
  readonly text: string;
  readonly sentAt: number;
}

/** @param id the run, and the message's place in it. */
function messageOf(plan: LoadPlan, target: LoadTarget, id: string, sentAt: number): LoadMessage {
  const { newcomerEvery, others = [] } = plan;
  const number = Number(id.slice(-NUMBER_DIGITS));
  const isNew = newcomerEvery > 0 && number % newcomerEvery === newcomerEvery - 1;
  const known = Math.floor(number / (others.length + 1)) % target.customers;
  return {
    phone: isNew ? newPhone(id, number) : String(target.firstPhone + known),
    name: isNew ? `Newcomer ${number}` : `Customer ${known + 1}`,
    id: `wamid.${id}`,
    text: `Message ${number}: is my order on its way? I have been waiting since this morning.`,
    sentAt,
  };
}

/** Another number in every run: a newcomer is one only once. */
function newPhone(run: string, number: number): string {
  return `99${Number.parseInt(run.slice(0, 6), 16)}${String(number).padStart(7, "0")}`;
}

function bodyOf({ phoneNumberId }: LoadTarget, messages: readonly LoadMessage[]): string {
  const contacts = new Map(messages.map(({ phone, name }) => [phone, name]));
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "15550783881", phone_number_id: phoneNumberId },
    contacts: [...contacts].map(([phone, name]) => ({ profile: { name }, wa_id: phone })),
    messages: messages.map(({ phone, id, text, sentAt }) => ({
      from: phone,
      id,
      timestamp: String(sentAt),
      text: { body: text },
      type: "text",
    })),
  };
  const entry = [{ id: "419561257915477", changes: [{ value, field: "messages" }] }];
  return JSON.stringify({ object: "whatsapp_business_account", entry });
}

function requestOf(url: string, { path, appSecret }: LoadTarget, body: string): Buffer {
  const signature = createHmac("sha256", appSecret).update(body).digest("hex");
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: ${new URL(url).host}`,
    "Content-Type: application/json",
    "User-Agent: punctual-load",
    `X-Hub-Signature-256: sha256=${signature}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`);
}
