import type { Pool } from "pg";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { elapsedMs } from "./clock.ts";
import type { Logger } from "./logger.ts";

/** A measured state of the whole installation, read when somebody scrapes. */
export interface LoadReading {
  readonly sessions: Readonly<Record<string, number>>;
  readonly deadlinesDue: Readonly<Record<string, number>>;
  readonly outbox: Readonly<Record<string, number>>;
  readonly outboxOldestMs: number;
}

export interface MetricsOptions {
  readonly logger: Logger;
  readonly pools?: readonly Pick<Pool, "totalCount" | "idleCount" | "waitingCount">[];
  /** A cheap, bounded read of the database; at most one every 5 s, however often somebody scrapes. */
  readonly readLoad?: () => Promise<LoadReading>;
}

export interface Metrics {
  /** A deadline was decided; `latenessMs` as in clock.md §6, `null` when a hold delayed it. */
  deadlineFired(kind: string, latenessMs: number | null): void;
  /** What became of a webhook: `accepted`, `signature_invalid`, `malformed`, … */
  webhook(result: string): void;
  /** How long a webhook that comes now waits for its commit, in ms; asked when somebody scrapes. */
  measureWebhookDelay(delayMs: () => number): void;
  /** What became of a send: `sent`, `retry`, `rejected`, `unknown`, `withdrawn`. */
  send(outcome: string): void;
  /** What became of an attempt to send an e-mail: `sent`, `retry`, `refused`, `unknown`. */
  email(outcome: string): void;
  /** What became of an attempt to push: `sent`, `retry`, `refused`, `unknown`, `gone`. */
  push(outcome: string): void;
  /** How many live sockets this process serves. */
  sockets(count: number): void;
  /** The Prometheus text, and its content type. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** In seconds. Fine around the goal of 25 ms (targets.md), coarse up to a hold's length. */
const LATENESS_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1,
  2.5, 5, 10, 30, 60, 300, 600,
];

const LOAD_AGE_MS = 5_000;

/** Counts and measures what this process does, for Prometheus. Names no person and no business. */
export function createMetrics({ logger, pools = [], readLoad }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const fired = new Counter({
    name: "punctual_deadlines_fired_total",
    help: "Deadlines decided, by kind, and whether a hold after an outage had delayed them",
    labelNames: ["kind", "held"],
    registers,
  });
  const lateness = new Histogram({
    name: "punctual_deadline_lateness_seconds",
    help: "Fired at, minus the later of due at and the commit that created the deadline",
    labelNames: ["kind"],
    buckets: LATENESS_BUCKETS,
    registers,
  });
  const webhooks = counter(registry, "punctual_webhooks_total", "Webhooks by result", "result");
  const sends = counter(registry, "punctual_sends_total", "Messages sent, by outcome", "outcome");
  const pushes = counter(
    registry,
    "punctual_pushes_total",
    "Attempts to send a Web Push, by outcome",
    "outcome",
  );
  const emails = counter(
    registry,
    "punctual_emails_total",
    "Attempts to send an e-mail, by outcome",
    "outcome",
  );
  const socketCount = new Gauge({
    name: "punctual_live_sockets",
    help: "Live connections of agents to this process",
    registers,
  });
  if (pools.length > 0) measurePools(registry, pools);
  const load = readLoad === undefined ? null : measureLoad(registry, readLoad, logger);
  return {
    deadlineFired: (kind, latenessMs) => {
      fired.inc({ kind, held: String(latenessMs === null) });
      if (latenessMs !== null) lateness.observe({ kind }, Math.max(0, latenessMs) / 1_000);
    },
    webhook: (result) => webhooks.inc({ result }),
    measureWebhookDelay: (delayMs) => measureDelay(registry, delayMs),
    send: (outcome) => sends.inc({ outcome }),
    email: (outcome) => emails.inc({ outcome }),
    push: (outcome) => pushes.inc({ outcome }),
    sockets: (count) => socketCount.set(count),
    render: async () => {
      await load?.refresh();
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

function counter(registry: Registry, name: string, help: string, label: string): Counter {
  return new Counter({ name, help, labelNames: [label], registers: [registry] });
}

function measureDelay(registry: Registry, delayMs: () => number): void {
  new Gauge({
    name: "punctual_webhook_delay_seconds",
    help: "How long a webhook that comes now waits for its commit; refused above 1",
    registers: [registry],
    collect() {
      this.set(delayMs() / 1_000);
    },
  });
}

function measurePools(registry: Registry, pools: NonNullable<MetricsOptions["pools"]>): void {
  const sum = (count: (pool: (typeof pools)[number]) => number) =>
    pools.reduce((total, pool) => total + count(pool), 0);
  new Gauge({
    name: "punctual_database_connections",
    help: "This process's database connections; waiting: requests for one",
    labelNames: ["state"],
    registers: [registry],
    collect() {
      this.set(
        { state: "used" },
        sum(({ totalCount, idleCount }) => totalCount - idleCount),
      );
      this.set(
        { state: "idle" },
        sum(({ idleCount }) => idleCount),
      );
      this.set(
        { state: "waiting" },
        sum(({ waitingCount }) => waitingCount),
      );
    },
  });
}

function measureLoad(registry: Registry, read: () => Promise<LoadReading>, logger: Logger) {
  const registers = [registry];
  const sessions = new Gauge({
    name: "punctual_sessions",
    help: "Open sessions by state; a session may be in several. Estimated above 50,000",
    labelNames: ["state"],
    registers,
  });
  const due = new Gauge({
    name: "punctual_deadlines_due",
    help: "Deadlines due now and not fired yet, by kind; counted up to 10,000",
    labelNames: ["kind"],
    registers,
  });
  const depth = new Gauge({
    name: "punctual_outbox_messages",
    help: "Messages that have not left yet, by state; counted up to 50,000",
    labelNames: ["state"],
    registers,
  });
  const age = new Gauge({
    name: "punctual_outbox_oldest_seconds",
    help: "Age of the oldest message that has not left yet",
    registers,
  });
  const up = new Gauge({
    name: "punctual_database_up",
    help: "Whether the figures read from the database are current",
    registers,
  });
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;
  const refresh = async () => {
    try {
      const load = await read();
      for (const [state, count] of Object.entries(load.sessions)) sessions.set({ state }, count);
      for (const [kind, count] of Object.entries(load.deadlinesDue)) due.set({ kind }, count);
      for (const [state, count] of Object.entries(load.outbox)) depth.set({ state }, count);
      age.set(load.outboxOldestMs / 1_000);
      up.set(1);
      readAt = elapsedMs();
    } catch (error) {
      up.set(0);
      logger.warn({ err: error }, "the figures for /metrics could not be read");
    }
  };
  return {
    refresh: async () => {
      if (elapsedMs() - readAt < LOAD_AGE_MS) return;
      reading ??= refresh().finally(() => {
        reading = null;
      });
      await reading;
    },
  };
}
