import type { ChannelEvent } from "@punctual/channel-kit";
import { hostNow } from "../platform/clock.ts";
import { changeIdentity } from "../store/contacts.ts";
import { noteReaction, noteSystemEvent } from "../store/message-marks.ts";
import { noteLateWebhook } from "../store/nodes.ts";
import type { Deps } from "./deps.ts";
import { type ReceivedMessage, receiveMessages } from "./receive-messages.ts";
import { type ReceivedStatus, recordStatuses } from "./record-statuses.ts";

/** One event of a webhook, with the channel its address belongs to. */
export interface ReceivedEvent {
  readonly accountId: string;
  readonly channelId: string;
  readonly event: Exclude<ChannelEvent, { type: "ignored" }>;
}

/** What a batch of webhooks came to. */
export interface WebhookSummary {
  readonly stored: number;
  readonly duplicates: number;
  readonly unmatched: number;
}

/**
 * Stores everything that webhooks told, whichever came together: changed ids first, so that what follows
 * finds its contact, then messages, since statuses and marks speak of them. Only when this returns may
 * the provider hear *received*.
 */
export async function receiveWebhook(
  deps: Deps,
  events: readonly ReceivedEvent[],
): Promise<WebhookSummary> {
  const messages: ReceivedMessage[] = [];
  const statuses: ReceivedStatus[] = [];
  const identities: ReceivedEvent[] = [];
  const marks: ReceivedEvent[] = [];
  for (const { accountId, channelId, event } of events) {
    if (event.type === "customerMessage" || event.type === "echo") {
      messages.push({ accountId, channelId, event });
    } else if (event.type === "deliveryStatus") {
      statuses.push({ accountId, channelId, event });
    } else {
      const kept = event.type === "identityChanged" ? identities : marks;
      kept.push({ accountId, channelId, event });
    }
  }
  if (identities.length > 0) await noteMarks(deps, identities);
  const { stored, duplicates } = await receiveMessages(deps, messages);
  const { unmatched } = await recordStatuses(deps, statuses);
  if (marks.length > 0) await noteMarks(deps, marks);
  await noteLateness(deps, events);
  return { stored, duplicates, unmatched };
}

/** Reactions, edits, deletions and changed ids: kept where they belong, they start nothing. */
async function noteMarks(deps: Deps, marks: readonly ReceivedEvent[]): Promise<void> {
  await deps.db.transaction(async (tx) => {
    for (const { accountId, channelId, event } of marks) {
      const of = { accountId, channelId };
      if (event.type === "reaction") noteReaction(tx, of, event);
      else if (event.type === "system") noteSystemEvent(tx, of, event);
      else if (event.type === "identityChanged") {
        await changeIdentity(tx, of, event.previous, event.current);
      }
    }
  });
  deps.signals.events();
}

/** Stamps younger than this by our own clock can't be late by the database's. */
const WORTH_ASKING_MS = 30_000;

/** During a hold, a late stamp says that the provider is still handing over (clock.md §6). */
async function noteLateness(deps: Deps, events: readonly ReceivedEvent[]): Promise<void> {
  const stamps = events.flatMap(({ event }) => (event.at > 0 ? event.at : []));
  const oldest = stamps.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (oldest > hostNow() - WORTH_ASKING_MS) return;
  await deps.db.transaction(async (tx) => noteLateWebhook(tx, oldest));
}
