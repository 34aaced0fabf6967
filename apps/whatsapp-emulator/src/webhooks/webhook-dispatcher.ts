import type { Logger } from "pino";
import type { Activity } from "../activity.ts";
import type { JsonObject } from "../json.ts";
import type { Settings } from "../settings.ts";
import type { BusinessNumber } from "../state.ts";
import type { Timers } from "../timers.ts";
import { createWebhookAgents, postWebhook, type WebhookAnswer } from "./post-webhook.ts";
import { signWebhook } from "./sign-webhook.ts";
import type { Update } from "./update.ts";

export type WebhookState = "waiting" | "delivered" | "retrying" | "gaveUp" | "lost";

/** One POST with all its attempts, as the lists show it. */
export interface WebhookRecord {
  readonly id: number;
  readonly phoneNumberId: string;
  readonly updates: readonly Pick<Update, "kind" | "customerId" | "messageId" | "status">[];
  /** 1 for the first; more for duplicates. */
  readonly copy: number;
  readonly payload: JsonObject;
  readonly createdAt: number;
  state: WebhookState;
  readonly attempts: (WebhookAnswer & { readonly at: number })[];
}

export interface WebhookDraft {
  readonly phoneNumberId: string;
  readonly updates: WebhookRecord["updates"];
  readonly payload: JsonObject;
  /** Webhooks that share a lane leave one after the other; usually the customer is the lane. */
  readonly lanes: readonly string[];
}

/** Several copies are sent at the same moment. `firstCopy` numbers them on. */
interface Copies {
  readonly copies: number;
  readonly firstCopy: number;
}

interface Parts {
  /** The live settings: a change counts from the next attempt on. */
  readonly settings: () => Settings;
  readonly numbers: ReadonlyMap<string, BusinessNumber>;
  readonly activity: Activity;
  readonly timers: Timers;
  readonly log: Logger;
  /** The business's server took it. */
  readonly onDelivered: (record: WebhookRecord) => void;
}

/**
 * POSTs webhooks to the business's server, with bounded concurrency and retries.
 *
 * ```
 * waiting ──200──► delivered
 *    │ else ► retrying ──200──► delivered
 *    │            └── time is up ──► gaveUp
 *    └ no webhook URL, or a fault ──► lost
 * ```
 *
 * A retry doesn't hold back its lane: like Meta's, later webhooks overtake one that is being
 * retried.
 */
export class WebhookDispatcher {
  readonly #parts: Parts;
  readonly #agents = createWebhookAgents();
  readonly #records: WebhookRecord[] = [];
  /** The last first attempt of each lane. */
  readonly #lanes = new Map<string, Promise<void>>();
  /** In their order. An array would be moved as a whole each time its first leaves. */
  readonly #waitingForSlot = new Set<() => void>();
  #busySlots = 0;
  #backlog = 0;
  #nextId = 1;
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get records(): readonly WebhookRecord[] {
    return this.#records;
  }

  /** Webhooks whose first attempt isn't over. */
  get backlog(): number {
    return this.#backlog;
  }

  /**
   * Sends a webhook, or several copies of it at the same moment.
   *
   * @returns what resolves when the first attempt of each was answered, or failed. Never rejects.
   */
  dispatch(draft: WebhookDraft, copies: Copies): Promise<void> {
    const lanes = this.#parts.settings().keepOrder ? draft.lanes : [];
    const before = lanes.flatMap((lane) => this.#lanes.get(lane) ?? []);
    const first = this.#attemptAll(before, this.#newRecords(draft, copies));
    for (const lane of lanes) this.#lanes.set(lane, first);
    return first.then(() => {
      for (const lane of lanes) {
        if (this.#lanes.get(lane) === first) this.#lanes.delete(lane);
      }
    });
  }

  /** Remembers a webhook that will never be sent. */
  recordLost(draft: WebhookDraft): void {
    for (const record of this.#newRecords(draft, { copies: 1, firstCopy: 1 }))
      record.state = "lost";
    this.#parts.activity.changed();
  }

  /** The GET that Meta makes when a webhook URL is saved (`channels.md` A2). */
  handshake(url: string, query: URLSearchParams): Promise<WebhookAnswer> {
    const separator = url.includes("?") ? "&" : "?";
    return postWebhook(this.#agents, {
      method: "GET",
      url: `${url}${separator}${query}`,
      headers: {},
      body: null,
      timeoutMs: this.#parts.settings().webhookTimeoutMs,
    });
  }

  close(): void {
    this.#closed = true;
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  #newRecords(draft: WebhookDraft, { copies, firstCopy }: Copies): WebhookRecord[] {
    const { phoneNumberId, updates, payload } = draft;
    const records = Array.from(
      { length: copies },
      (_, index): WebhookRecord => ({
        id: this.#nextId + index,
        phoneNumberId,
        updates,
        copy: firstCopy + index,
        payload,
        createdAt: Date.now(),
        state: "waiting",
        attempts: [],
      }),
    );
    this.#nextId += copies;
    this.#records.push(...records);
    const tooMany = this.#records.length - this.#parts.settings().historyLimit;
    if (tooMany > 0) this.#records.splice(0, tooMany);
    return records;
  }

  async #attemptAll(before: readonly Promise<void>[], records: WebhookRecord[]): Promise<void> {
    const end = this.#parts.activity.begin();
    this.#backlog += 1;
    await Promise.all(before);
    await Promise.all(records.map((record) => this.#attempt(record)));
    this.#backlog -= 1;
    end();
  }

  async #attempt(record: WebhookRecord): Promise<void> {
    if (this.#busySlots >= this.#parts.settings().webhookConcurrency) {
      await new Promise<void>((resolve) => void this.#waitingForSlot.add(resolve));
    }
    this.#busySlots += 1;
    await this.#attemptInSlot(record);
    this.#busySlots -= 1;
    const [next] = this.#waitingForSlot;
    if (next === undefined) return;
    this.#waitingForSlot.delete(next);
    next();
  }

  async #attemptInSlot(record: WebhookRecord): Promise<void> {
    const number = this.#parts.numbers.get(record.phoneNumberId);
    if (this.#closed) return;
    if (!number?.webhookUrl) {
      record.state = "lost";
      return;
    }
    const { body, signature } = signWebhook(record.payload, number.appSecret);
    const at = Date.now();
    const answer = await postWebhook(this.#agents, {
      method: "POST",
      url: number.webhookUrl,
      headers: { "content-type": "application/json", "x-hub-signature-256": signature },
      body,
      timeoutMs: this.#parts.settings().webhookTimeoutMs,
    });
    if (this.#closed) return;
    record.attempts.push({ at, ...answer });
    if (answer.status === 200) this.#recordDelivered(record);
    else this.#retryLater(record, answer);
    this.#parts.activity.changed();
  }

  #recordDelivered(record: WebhookRecord): void {
    record.state = "delivered";
    this.#parts.onDelivered(record);
  }

  #retryLater(record: WebhookRecord, answer: WebhookAnswer): void {
    const { firstDelayMs, factor, maxDelayMs, giveUpAfterMs } = this.#parts.settings().retry;
    const failures = record.attempts.length;
    const delayMs = Math.min(maxDelayMs, firstDelayMs * factor ** (failures - 1));
    const about = { webhook: record.id, failures, status: answer.status, error: answer.error };
    if (Date.now() + delayMs > record.createdAt + giveUpAfterMs) {
      record.state = "gaveUp";
      this.#parts.log.warn(about, "webhook given up");
      return;
    }
    record.state = "retrying";
    this.#parts.log.info({ ...about, delayMs }, "webhook not answered with 200, will be retried");
    this.#parts.timers.schedule(delayMs, () => void this.#retry(record));
  }

  async #retry(record: WebhookRecord): Promise<void> {
    const end = this.#parts.activity.begin();
    await this.#attempt(record);
    end();
  }
}
