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
import { createGatherer } from "../platform/gather.ts";

/** What one webhook told. */
type Told = readonly ReceivedEvent[];

export interface WebhookInbox {
  /**
   * Lets a webhook of so many bytes in, and gives what must be called when it was answered; or the
   * seconds after which the provider may come back.
   */
  admit(bytes: number): { readonly leave: () => void } | { readonly retryAfterS: number };
  /** Settles when everything is committed. Throws `unavailable` when that takes too long. */
  add(events: Told): Promise<void>;
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

const LEAST_RETRY_S = 2;
const MOST_RETRY_S = 30;
/** Those who are refused together come back one after the other. */
const RETRY_SPREAD = 5;

export function createWebhookInbox(deps: Deps): WebhookInbox {
  let webhooks = 0;
  let bytes = 0;
  let refusals = 0;
  const gatherer = createGatherer((told: readonly Told[]) => commit(deps, told), {
    maxWeight: MAX_BATCH,
    weigh: (events) => events.length,
    atOnce: BATCHES_AT_ONCE,
    worthwhile: WORTHWHILE,
    about: (events) => [...new Set(events.flatMap(aboutOf))],
    patience: { ms: PATIENCE_MS, error: () => new PunctualError("unavailable") },
  });
  const retryAfterS = (): number => {
    refusals += 1;
    const delayS = Math.ceil(gatherer.delayMs / 1_000);
    return Math.min(MOST_RETRY_S, Math.max(LEAST_RETRY_S, delayS) + (refusals % RETRY_SPREAD));
  };
  return {
    admit: (size) => {
      const full = webhooks >= MAX_WEBHOOKS || (webhooks > 0 && bytes + size > MAX_BYTES);
      if (full || gatherer.delayMs > MAX_DELAY_MS) return { retryAfterS: retryAfterS() };
      webhooks += 1;
      bytes += size;
      return {
        leave: () => {
          webhooks -= 1;
          bytes -= size;
        },
      };
    },
    add: async (events) => {
      if (events.length > 0) await gatherer.add(events);
    },
  };
}

async function commit(deps: Deps, told: readonly Told[]): Promise<true[]> {
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
