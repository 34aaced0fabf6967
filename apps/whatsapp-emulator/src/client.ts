import type { PhonesFile } from "./chat/phones-file.ts";
import type { ChatMessage } from "./chat/present-chat.ts";
import type { CustomerMessageInput } from "./control/customer-message-input.ts";
import type {
  BulkInput,
  CustomerInput,
  CustomerPatch,
  EchoInput,
  NumberInput,
  NumberPatch,
  OfflineInput,
  RawWebhookInput,
  ReadsInput,
  ResetInput,
} from "./control/inputs.ts";
import type { Fault, FaultInput } from "./faults.ts";
import type { Settings, SettingsInput } from "./settings.ts";
import type { BusinessNumber, Customer, GraphCall, SentMessage } from "./state.ts";
import type { WebhookAnswer } from "./webhooks/post-webhook.ts";
import type { WebhookRecord, WebhookState } from "./webhooks/webhook-dispatcher.ts";

export type CustomerView = Omit<Customer, "lastWroteAt" | "offlineUntil"> & {
  /** How long the phone still has no network; `null`: it has. */
  readonly offlineForMs: number | null;
  readonly lastWroteAt: Readonly<Record<string, number>>;
};
export type NumberView = Omit<BusinessNumber, "accessToken" | "appSecret" | "verifyToken">;

export interface ChatView {
  /** The oldest first. */
  readonly messages: readonly ChatMessage[];
  /** On which of the business's numbers somebody is shown as typing, and how long still. */
  readonly typing: readonly { readonly phoneNumberId: string; readonly remainingMs: number }[];
}

interface Written {
  /** The wamid. */
  readonly messageId: string;
  /** Unix seconds. */
  readonly timestamp: number;
}

interface Pending {
  /** Things under way that will lead to webhooks. */
  readonly pending: number;
  /** Updates that a fault holds until it is full, flushed or cleared. */
  readonly held: number;
}

/** A control call that was refused. */
export class EmulatorCallError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "EmulatorCallError";
    this.status = status;
  }
}

export type EmulatorClient = ReturnType<typeof createEmulatorClient>;

/**
 * Calls the control side of a running emulator. Each call throws `EmulatorCallError` when refused.
 *
 * @param url the emulator's base URL.
 */
export function createEmulatorClient(url: string) {
  const call = callerOf(url);
  const customer = (id: string) => `/customers/${encodeURIComponent(id)}`;
  return {
    registerNumber: (number: NumberInput) => call<NumberView>("POST", "/numbers", number),
    updateNumber: (phoneNumberId: string, patch: NumberPatch) =>
      call<NumberView>("PATCH", `/numbers/${phoneNumberId}`, patch),
    numbers: async () => (await call<{ numbers: NumberView[] }>("GET", "/numbers")).numbers,
    /** Makes the GET by which Meta verifies a webhook. `ok`: it was answered with the challenge. */
    handshake: (phoneNumberId: string) =>
      call<{ ok: boolean; challenge: string; answer: WebhookAnswer }>(
        "POST",
        `/numbers/${phoneNumberId}/handshake`,
      ),

    addCustomer: (input: CustomerInput) => call<CustomerView>("POST", "/customers", input),
    updateCustomer: (id: string, patch: CustomerPatch) =>
      call<CustomerView>("PATCH", customer(id), patch),
    customers: async () =>
      (await call<{ customers: CustomerView[] }>("GET", "/customers")).customers,
    /** A string is a text message. */
    write: (id: string, message: string | CustomerMessageInput) =>
      call<Written>("POST", `${customer(id)}/messages`, asMessage(message)),
    /** @param emoji `null` takes the reaction back. */
    react: (id: string, messageId: string, emoji: string | null) =>
      call<Written>("POST", `${customer(id)}/messages`, { type: "reaction", messageId, emoji }),
    echo: (id: string, echo: string | EchoInput) =>
      call<Written>("POST", `${customer(id)}/echoes`, asEcho(echo)),
    read: async (id: string, input: ReadsInput = {}) =>
      (await call<{ messageIds: string[] }>("POST", `${customer(id)}/reads`, input)).messageIds,
    /** What the business sent to the customer so far. */
    sent: async (id: string) =>
      (await call<{ messages: SentMessage[] }>("GET", `${customer(id)}/sent`)).messages,
    /** The same, once there are `count` or more. Throws when `timeoutMs` passes first. */
    waitForSent: (id: string, count: number, timeoutMs = 10_000) =>
      waitForSent(call, `${customer(id)}/sent?atLeast=${count}&timeoutMs=${timeoutMs}`, count),

    /** What the customer's phone shows. */
    chat: (id: string) => call<ChatView>("GET", `${customer(id)}/chat`),
    /** Takes the phone's network away for a while. */
    loseNetwork: (id: string, input: OfflineInput = {}) =>
      call<CustomerView>("POST", `${customer(id)}/offline`, input),
    /** All phones with what they hold, for `importPhones` of another run. */
    exportPhones: () => call<PhonesFile>("GET", "/phones"),
    importPhones: (phones: PhonesFile) => call<void>("POST", "/phones", phones),
    /** Keeps a file, so that messages can name it. Gives its id. */
    storeMedia: (mimeType: string, bytes: Uint8Array<ArrayBuffer>) =>
      storeMedia(url, mimeType, bytes),

    webhooks: async (query: { customerId?: string; state?: WebhookState; limit?: number } = {}) =>
      (await call<{ webhooks: WebhookRecord[] }>("GET", `/webhooks${queryOf(query)}`)).webhooks,
    sendRaw: (input: RawWebhookInput) => call<{ id: number }>("POST", "/webhooks", input),
    calls: async (query: { customerId?: string; limit?: number } = {}) =>
      (await call<{ calls: GraphCall[] }>("GET", `/calls${queryOf(query)}`)).calls,

    setFault: (fault: FaultInput) => call<Fault>("POST", "/faults", fault),
    faults: async () => (await call<{ faults: Fault[] }>("GET", "/faults")).faults,
    clearFault: (id: string) => call<void>("DELETE", `/faults/${id}`),
    clearFaults: () => call<void>("DELETE", "/faults"),

    settings: () => call<Settings>("GET", "/settings"),
    updateSettings: (patch: SettingsInput) => call<Settings>("PATCH", "/settings", patch),
    flush: () => call<Pending>("POST", "/flush"),
    /** Waits until nothing is under way. Throws when `timeoutMs` passes first. */
    waitUntilIdle: (timeoutMs = 10_000) => waitUntilIdle(call, timeoutMs),
    bulk: (input: BulkInput) => call<{ count: number; customers: number }>("POST", "/bulk", input),
    reset: (input: ResetInput = {}) => call<{ numbers: string[] }>("POST", "/reset", input),
  };
}

type Caller = <T>(method: string, path: string, body?: unknown) => Promise<T>;

function callerOf(url: string): Caller {
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}/_emulator${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new EmulatorCallError(response.status, detailOf(text));
    const answer: unknown = text === "" ? undefined : JSON.parse(text);
    return answer as T;
  };
}

async function storeMedia(
  url: string,
  mimeType: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const headers = { "content-type": mimeType };
  const response = await fetch(`${url}/_emulator/media`, { method: "POST", headers, body: bytes });
  const text = await response.text();
  if (!response.ok) throw new EmulatorCallError(response.status, detailOf(text));
  return String((JSON.parse(text) as { mediaId: unknown }).mediaId);
}

function detailOf(problem: string): string {
  const parsed: unknown = JSON.parse(problem);
  const hasDetail = typeof parsed === "object" && parsed !== null && "detail" in parsed;
  return hasDetail ? String(parsed.detail) : problem;
}

async function waitForSent(call: Caller, path: string, count: number): Promise<SentMessage[]> {
  const answer = await call<{ complete: boolean; messages: SentMessage[] }>("GET", path);
  if (answer.complete) return answer.messages;
  const message = `Waited for ${count} messages to the customer, ${answer.messages.length} came.`;
  throw new EmulatorCallError(408, message);
}

async function waitUntilIdle(call: Caller, timeoutMs: number): Promise<Pending> {
  const answer = await call<Pending & { idle: boolean }>("GET", `/idle?timeoutMs=${timeoutMs}`);
  if (answer.idle) return answer;
  throw new EmulatorCallError(
    408,
    `The emulator is still busy: ${answer.pending} things under way.`,
  );
}

function asMessage(message: string | CustomerMessageInput): CustomerMessageInput {
  return typeof message === "string" ? { type: "text", text: message } : message;
}

function asEcho(echo: string | EchoInput): EchoInput {
  return typeof echo === "string" ? { text: echo } : echo;
}

function queryOf(query: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(value)]],
  );
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}
