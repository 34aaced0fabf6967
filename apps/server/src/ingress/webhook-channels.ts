import type { AnyChannel, Deps } from "../actions/deps.ts";
import { noteWebhookNews, type WebhookNews } from "../actions/note-webhook.ts";
import { elapsedMs } from "../platform/clock.ts";
import { readWebhookChannels, type WebhookChannel } from "../store/webhook-channels.ts";

/** A known channel with its credentials parsed, and where its account's other numbers lead. */
export interface KnownChannel {
  readonly channel: AnyChannel;
  readonly config: unknown;
  readonly stored: WebhookChannel;
  /** Address → channel, for payloads that speak of several numbers. */
  readonly siblings: ReadonlyMap<string, WebhookChannel>;
  /** Remembers how its webhooks go, now and then: for most of them nothing is written. */
  note(news: WebhookNews): void;
}

/** New credentials count within this time. */
const FRESH_MS = 2_000;
const MAX_KNOWN = 10_000;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Looks channels up by the id in the webhook's address, remembering them for two seconds. */
export class WebhookChannels {
  readonly #deps: Deps;
  readonly #channels: ReadonlyMap<string, AnyChannel>;
  readonly #known = new Map<string, { until: number; channel: Promise<KnownChannel | null> }>();

  constructor(deps: Deps, channels: ReadonlyMap<string, AnyChannel>) {
    this.#deps = deps;
    this.#channels = channels;
  }

  /** `null`: there is no such channel of this kind. */
  async find(kind: string, channelId: string): Promise<KnownChannel | null> {
    if (!UUID.test(channelId)) return null;
    const key = `${kind}/${channelId}`;
    const known = this.#known.get(key);
    if (known !== undefined && known.until > elapsedMs()) return await known.channel;
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    const channel = this.#load(kind, channelId);
    this.#known.set(key, { until: elapsedMs() + FRESH_MS, channel });
    channel.catch(() => this.#known.delete(key));
    return await channel;
  }

  async #load(kind: string, channelId: string): Promise<KnownChannel | null> {
    const channel = this.#channels.get(kind);
    const rows = await readWebhookChannels(this.#deps.db, channelId);
    const stored = rows.find((row) => row.id === channelId && row.kind === kind);
    if (channel === undefined || stored === undefined) return null;
    // Once per look-up, and then only if the row says that it is time.
    const worth = new Set<WebhookNews>(newsWorthNoting(stored));
    return {
      channel,
      config: channel.parseConfig(stored.config),
      stored,
      siblings: new Map(rows.map((row) => [row.address, row])),
      note: (news) => {
        if (!worth.delete(news)) return;
        noteWebhookNews(this.#deps, stored, news).catch((error: unknown) =>
          this.#deps.logger.warn({ err: error }, "how a channel's webhooks go was not noted"),
        );
      },
    };
  }
}

function newsWorthNoting({ toNote, mayNoteRefusal }: WebhookChannel): readonly WebhookNews[] {
  return [
    "handshake",
    ...(toNote ? (["signed"] as const) : []),
    ...(mayNoteRefusal ? (["badSignature", "badVerifyToken"] as const) : []),
  ];
}
