/**
 * The network that the business is on: takes messages, tells what became of them, and hands over what
 * customers and the provider's own app wrote. It keeps its promises (a webhook comes until it is
 * answered, a taken message is taken) and nothing more: it is late, says things twice and in any order.
 */
import type { ChannelEvent, OutboundMessage, SendOutcome } from "@punctual/channel-kit";
import type { AnyChannel } from "../../apps/server/src/actions/deps.ts";
import type { ReceivedEvent } from "../../apps/server/src/actions/receive-webhook.ts";
import { currentHost, type Host, runOn } from "../kernel/host.ts";
import type { Random } from "../kernel/random.ts";
import type { Simulation } from "../kernel/simulation.ts";
import type { ProviderPlan } from "../plan/plan.ts";
import type { SimChannel } from "./business.ts";
import type { Fleet, RunningNode } from "./fleet.ts";
import type { WitnessBook } from "./witness-book.ts";

export interface ProviderOptions {
  readonly simulation: Simulation;
  readonly plan: ProviderPlan;
  readonly book: WitnessBook;
}

export interface Surroundings {
  /** The nodes that webhooks are handed over to. */
  readonly fleet: Fleet;
  readonly channels: readonly SimChannel[];
  /** A message for this customer was taken. */
  readonly onTaken: (phone: string) => void;
}

type Told = Exclude<ChannelEvent, { type: "ignored" }>;

/** A webhook that isn't answered within this long comes again. */
const ANSWER_LIMIT_MS = 20_000;
const WEBHOOK_BYTES = 1_000;
const AGAIN_MS = [2_000, 10_000, 60_000, 300_000, 1_800_000];

export class Provider {
  readonly #options: ProviderOptions;
  readonly #random: Random;
  readonly #channels = new Map<string, SimChannel>();
  #surroundings: Surroundings | null = null;
  #externalIds = 0;
  /** It errs as the plan says. */
  #moody = true;
  #busyUntil = 0;
  /** Webhooks that will be posted, and what calls each off. */
  readonly #delayed = new Map<() => void, () => void>();
  /** Webhooks that were not answered yet. */
  #open = 0;
  readonly counts = { webhooks: 0, webhooksAgain: 0, sends: 0, unknown: 0, rejected: 0 };

  constructor(options: ProviderOptions) {
    this.#options = options;
    this.#random = options.simulation.random.fork("provider");
  }

  /** Before the run begins: who there is. */
  serve(surroundings: Surroundings): void {
    this.#surroundings = surroundings;
    for (const channel of surroundings.channels) this.#channels.set(channel.address, channel);
  }

  /** From time to time it has too much to do. */
  start(): void {
    const { simulation, plan } = this.#options;
    if (plan.busyEveryMs === null) return;
    simulation.after(this.#random.wait(plan.busyEveryMs), () => {
      this.#busyUntil = simulation.now + this.#random.between(0, plan.busyMs);
      this.start();
    });
  }

  /** Takes everything from now on, and hands over at once what it kept back. */
  behave(): void {
    this.#moody = false;
    for (const [post, cancel] of [...this.#delayed]) {
      cancel();
      this.#postLater(this.#random.between(0, 10_000), post);
    }
  }

  #postLater(ms: number, post: () => void): void {
    const run = () => {
      this.#delayed.delete(post);
      post();
    };
    this.#delayed.set(post, this.#options.simulation.after(ms, run));
  }

  get openWebhooks(): number {
    return this.#open;
  }

  newExternalId(): string {
    this.#externalIds += 1;
    return `ext.${this.#externalIds}`;
  }

  /** The provider's clock: whole seconds. */
  stamp(): number {
    return Math.floor(this.#options.simulation.now / 1_000) * 1_000;
  }

  /** The channel as the server knows it. */
  channel(): AnyChannel {
    return {
      kind: "sim",
      limits: {
        windowMs: this.#options.plan.windowMs,
        windowMarginMs: 120_000,
        maxTextLength: 4_096,
        templates: true,
      },
      parseConfig: (raw) => raw,
      addressOf: (config) => String(Object(config).address),
      answerHandshake: () => null,
      verifyWebhook: () => true,
      parseWebhook: () => [],
      send: (config, message, _fetch, signal) =>
        this.#send(String(Object(config).address), message, signal),
    };
  }

  /** Hands over events, at least once. @param delayMs how long it takes, if it isn't late */
  tell(
    channel: SimChannel,
    events: readonly Told[],
    delayMs: number = this.#random.between(20, 400),
  ): void {
    const { plan } = this.#options;
    const received = events.map((event) => ({
      accountId: channel.accountId,
      channelId: channel.id,
      event,
    }));
    const late = this.#moody && this.#random.chance(plan.lateChance);
    const delay = late ? this.#random.between(0, plan.latestMs) : delayMs;
    const copies = this.#moody && this.#random.chance(plan.doubledChance) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      this.#open += 1;
      const apart = copy === 0 ? 0 : this.#random.between(0, 3_000);
      this.#postLater(delay + apart, () => this.#post(received, 0));
    }
  }

  #post(events: readonly ReceivedEvent[], attempt: number): void {
    const { simulation } = this.#options;
    const up = this.#surroundings?.fleet.up ?? [];
    this.counts.webhooks += 1;
    if (attempt > 0) this.counts.webhooksAgain += 1;
    if (up.length === 0) {
      this.#again(events, attempt);
      return;
    }
    const node = this.#random.pick(up);
    let settled = false;
    const settle = (answered: boolean) => {
      if (settled) return;
      settled = true;
      cancel();
      if (answered) this.#open -= 1;
      else this.#again(events, attempt);
    };
    const cancel = simulation.after(ANSWER_LIMIT_MS, () => settle(false));
    this.#offer(node, events, settle);
  }

  #offer(
    node: RunningNode,
    events: readonly ReceivedEvent[],
    settle: (answered: boolean) => void,
  ): void {
    const { simulation } = this.#options;
    const answerIsLost = this.#moody && this.#random.chance(0.01);
    runOn(node.host, () => offer(node, events)).then(
      () => {
        // The node said 200 here, whether or not the provider hears it.
        this.#acknowledge(events);
        if (!answerIsLost) simulation.after(this.#random.between(0, 50), () => settle(true));
      },
      () => void simulation.after(this.#random.between(0, 50), () => settle(false)),
    );
  }

  #acknowledge(events: readonly ReceivedEvent[]): void {
    const { book, simulation } = this.#options;
    simulation.trace.add(simulation.now, "provider", `webhook answered (${events.length})`);
    for (const { accountId, channelId, event } of events) {
      if (event.type !== "customerMessage" && event.type !== "echo") continue;
      const { externalId } = event;
      book.acknowledged.push({ externalId, accountId, channelId, at: simulation.now });
    }
  }

  #again(events: readonly ReceivedEvent[], attempt: number): void {
    const limit = this.#moody ? AGAIN_MS.length - 1 : 1;
    const wait = AGAIN_MS[Math.min(attempt, limit)] ?? 0;
    this.#postLater(wait + this.#random.between(0, wait), () => this.#post(events, attempt + 1));
  }

  #send(address: string, message: OutboundMessage, signal: AbortSignal): Promise<SendOutcome> {
    const host = currentHost();
    const { promise, resolve } = Promise.withResolvers<SendOutcome>();
    const giveUp = { type: "unknown", code: "timeout", message: "No answer came." } as const;
    signal.addEventListener("abort", () => resolve(giveUp), { once: true });
    const { simulation } = this.#options;
    simulation.after(this.#answerMs(), () =>
      this.#receive(address, message, host, (outcome) => {
        if (!signal.aborted) resolve(outcome);
        return !signal.aborted;
      }),
    );
    return promise;
  }

  /**
   * A request arrived, whether or not its sender still lives.
   * @param answer gives whether the sender still listened
   */
  #receive(
    address: string,
    message: OutboundMessage,
    host: Host | undefined,
    answer: (outcome: SendOutcome) => boolean,
  ): void {
    const { simulation, book } = this.#options;
    const outcome = this.#judge();
    const accepted = outcome.type === "sent";
    const send = {
      messageId: message.reference,
      at: simulation.now,
      accepted,
      heard: null as "sent" | "rejected" | "retry" | null,
    };
    book.sends.push(send);
    this.counts.sends += 1;
    simulation.trace.add(simulation.now, "provider", `send ${message.reference} ${outcome.type}`);
    if (accepted) this.#taken(address, message, outcome.externalId);
    if (outcome.type === "rejected") this.counts.rejected += 1;
    const isLost = accepted && this.#moody && this.#random.chance(this.#options.plan.unknownChance);
    if (isLost) this.counts.unknown += 1;
    if (isLost || host === undefined || outcome.type === "unknown") return;
    simulation.afterOn(host, this.#answerMs(), () => {
      if (answer(outcome)) send.heard = outcome.type;
    });
  }

  #judge(): SendOutcome {
    const { plan, simulation } = this.#options;
    const { retryChance, rejectChance } = plan;
    if (this.#moody && simulation.now < this.#busyUntil) return this.#comeBack("channel", 20);
    if (this.#moody && this.#random.chance(retryChance)) {
      return this.#comeBack(this.#random.pick(["message", "contact", "channel"]), 4);
    }
    if (this.#moody && this.#random.chance(rejectChance)) {
      const stopsChannel = this.#random.chance(0.03);
      return { type: "rejected", code: "refused", message: "Refused for good.", stopsChannel };
    }
    return { type: "sent", externalId: this.newExternalId(), contact: null };
  }

  #comeBack(scope: "message" | "contact" | "channel", maxAttempts: number): SendOutcome {
    return {
      type: "retry",
      code: "busy",
      message: "Try again later.",
      scope,
      afterMs: (attempt) => Math.min(60_000, 1_000 * 4 ** attempt),
      maxAttempts,
    };
  }

  #taken(address: string, message: OutboundMessage, externalId: string): void {
    const channel = this.#channels.get(address);
    if (channel === undefined) throw new Error(`nobody has the address ${address}`);
    const fails = this.#moody && this.#random.chance(this.#options.plan.failedLaterChance);
    const steps = fails
      ? (["sent", "failed"] as const)
      : (["sent", "delivered", "read"] as const).slice(0, this.#random.between(1, 3));
    for (const [index, status] of steps.entries()) {
      const wait = index * this.#random.between(100, 20_000);
      this.#options.simulation.after(wait, () =>
        this.tell(channel, [this.#status(message, externalId, status)]),
      );
    }
    if (!fails) this.#surroundings?.onTaken(message.to.phone ?? "");
  }

  #status(
    message: OutboundMessage,
    externalId: string,
    status: "sent" | "delivered" | "read" | "failed",
  ): Told {
    return {
      type: "deliveryStatus",
      address: "",
      at: this.stamp(),
      raw: null,
      externalId,
      status,
      providerStatus: status,
      reference: message.reference,
      error: status === "failed" ? { code: "undeliverable", message: "Not delivered." } : null,
      contact: null,
    };
  }

  #answerMs(): number {
    return Math.min(this.#random.wait(this.#options.plan.answerMs / 2), 25_000);
  }
}

/** As the door does it. Throws when the node refuses the webhook. */
async function offer({ inbox }: RunningNode, events: readonly ReceivedEvent[]): Promise<void> {
  const webhook = inbox.admit(WEBHOOK_BYTES);
  if (typeof webhook === "number") throw new Error("refused: the node has too much to do");
  try {
    await webhook.add(events);
  } finally {
    webhook.leave();
  }
}
