/**
 * What was understood of webhooks waits here for its commit, and no more comes in than can be committed in
 * time. A provider sends again what it was refused, and sends everything twice that is answered late:
 * so refusing early and cheaply loses nothing, and answering late helps nobody.
 *
 *     admit ──▶ read, verify, parse ──▶ add ──▶ with the next commit ──▶ 200
 *       └─ 503: too long, too many or         └─ 503: waited too long after all, such as
 *          too large what waits already           when the database came to a halt
 *
 * Batches are committed two at a time, so that PostgreSQL writes one while the next is decided. What is
 * about the same contact goes one after the other, in the order in which it came.
 */
import type { ContactIdentity } from "@punctual/channel-kit";
import { PunctualError } from "@punctual/contract";
import type { Deps } from "../actions/deps.ts";
import { type ReceivedEvent, receiveWebhook } from "../actions/receive-webhook.ts";
import { elapsedMs } from "../platform/clock.ts";
import { createGatherer, type Gatherer } from "../platform/gather.ts";

/** A webhook that was let in. */
export interface AdmittedWebhook {
  /** Settles when everything is committed. Throws `unavailable` when that takes too long. */
  add(events: readonly ReceivedEvent[]): Promise<void>;
  /** It was answered, or its sender is gone. */
  leave(): void;
}

/** Events committed together at most. More would make everybody wait for the slowest. */
const MAX_BATCH = 500;
const BATCHES_AT_ONCE = 2;
/** With fewer events waiting, the batch under way is awaited: two small ones cost more than one. */
const WORTHWHILE = 50;

/** Longer than this a webhook shall not wait for its commit: those that would are refused. */
const MAX_DELAY_MS = 1_000;
/** Who was let in and waited longer is refused after all: the provider is about to give up. */
const PATIENCE_MS = 5_000;
/** Webhooks let in and not answered, and the memory that their bodies may take. */
const MAX_WEBHOOKS = 5_000;
const MAX_BYTES = 64 * 1024 * 1024;
/** What is still being read counts as so many bytes for each event: about what a short text takes. */
const BYTES_PER_EVENT = 512;

const LEAST_RETRY_S = 2;
const MOST_RETRY_S = 30;
/** Those who are refused together come back one after the other. */
const RETRY_SPREAD = 5;
/** After so long without a refusal the next one begins another overload, which is logged. */
const OVERLOAD_ENDS_MS = 10_000;

export class WebhookInbox {
  readonly #deps: Deps;
  readonly #gatherer: Gatherer<readonly ReceivedEvent[], true>;
  #webhooks = 0;
  #bytes = 0;
  /** Of these, what is not read and parsed yet. */
  #unreadBytes = 0;
  #refused = 0;
  #lastRefusal = Number.NEGATIVE_INFINITY;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#gatherer = createGatherer((told) => commit(deps, told), {
      maxWeight: MAX_BATCH,
      weigh: (events) => events.length,
      atOnce: BATCHES_AT_ONCE,
      worthwhile: WORTHWHILE,
      about: (events) => [...new Set(events.flatMap(aboutOf))],
      patience: { ms: PATIENCE_MS, error: () => new PunctualError("unavailable") },
    });
  }

  /** How long a webhook that came now would wait for its commit, in ms, as far as can be said. */
  get delayMs(): number {
    return this.#gatherer.delayMs(this.#unreadBytes / BYTES_PER_EVENT);
  }

  /** Lets a webhook of so many bytes in, or gives the seconds after which it may come again. */
  admit(bytes: number): AdmittedWebhook | number {
    const isFull =
      this.#webhooks >= MAX_WEBHOOKS || (this.#webhooks > 0 && this.#bytes + bytes > MAX_BYTES);
    const { delayMs } = this;
    if (isFull || delayMs > MAX_DELAY_MS) return this.#refuse(delayMs);
    this.#webhooks += 1;
    this.#bytes += bytes;
    this.#unreadBytes += bytes;
    let unread = bytes;
    const read = () => {
      this.#unreadBytes -= unread;
      unread = 0;
    };
    return {
      add: async (events) => {
        read();
        if (events.length > 0) await this.#gatherer.add(events);
      },
      leave: () => {
        read();
        this.#webhooks -= 1;
        this.#bytes -= bytes;
      },
    };
  }

  #refuse(delayMs: number): number {
    if (elapsedMs() - this.#lastRefusal > OVERLOAD_ENDS_MS) {
      const details = { delayMs: Math.round(delayMs), webhooks: this.#webhooks };
      this.#deps.logger.warn(details, "more webhooks come than can be committed: some are refused");
    }
    this.#lastRefusal = elapsedMs();
    this.#refused += 1;
    const spread = this.#refused % RETRY_SPREAD;
    const delayS = Math.max(LEAST_RETRY_S, Math.ceil(delayMs / 1_000));
    return Math.min(MOST_RETRY_S, delayS + spread);
  }
}

async function commit(deps: Deps, told: readonly (readonly ReceivedEvent[])[]): Promise<true[]> {
  const summary = await receiveWebhook(deps, told.flat());
  if (summary.unmatched > 0) {
    deps.logger.warn({ count: summary.unmatched }, "statuses of messages that are not ours");
  }
  return told.map(() => true);
}

/** The contact under each of its ids; without a contact, the message. */
function aboutOf({ channelId, event }: ReceivedEvent): string[] {
  const contacts =
    event.type === "identityChanged" ? [event.previous, event.current] : [event.contact];
  const ids = contacts.flatMap((contact) => (contact === null ? [] : idsOf(contact)));
  const names = ids.length > 0 ? ids : [`message ${event.externalId}`];
  return names.map((name) => `${channelId} ${name}`);
}

function idsOf({ userId, phone }: ContactIdentity): string[] {
  const ids = userId === null ? [] : [`user ${userId}`];
  return phone === null ? ids : [...ids, `phone ${phone}`];
}
