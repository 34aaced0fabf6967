/** The nodes of a run: booted, killed, stopped in order, booted again, like under a supervisor. */
import type { AnyChannel } from "../../apps/server/src/actions/deps.ts";
import { ActivityNotes } from "../../apps/server/src/ingress/activity-notes.ts";
import { WebhookInbox } from "../../apps/server/src/ingress/webhook-inbox.ts";
import { PresenceKeeper } from "../../apps/server/src/loops/realtime-hub-presence.ts";
import { type Node, type Stop, startNode } from "../../apps/server/src/node.ts";
import { openDatabase } from "../../apps/server/src/platform/database.ts";
import type { Logger } from "../../apps/server/src/platform/logger.ts";
import type { Metrics } from "../../apps/server/src/platform/metrics.ts";
import { SERVER_TIME_LIMITS } from "../../apps/server/src/platform/time-limits.ts";
import type { Pusher } from "../../apps/server/src/platform/web-push.ts";
import type { DatabaseGate } from "../kernel/database-gate.ts";
import { type Host, runOn } from "../kernel/host.ts";
import type { Random } from "../kernel/random.ts";
import type { Simulation } from "../kernel/simulation.ts";
import type { Plan } from "../plan/plan.ts";
import type { WitnessBook } from "./witness-book.ts";

/** A node that is up. */
export interface RunningNode {
  readonly host: Host;
  readonly node: Node;
  readonly presence: PresenceKeeper;
  readonly activity: ActivityNotes;
  readonly inbox: WebhookInbox;
}

interface Slot {
  readonly name: string;
  generation: number;
  host: Host | null;
  running: RunningNode | null;
}

export interface FleetOptions {
  readonly simulation: Simulation;
  readonly plan: Plan;
  readonly gate: DatabaseGate;
  readonly databaseUrl: string;
  readonly channels: ReadonlyMap<string, AnyChannel>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly book: WitnessBook;
}

/** Nobody in the simulation has a browser. */
const NO_PUSHER: Pusher = { send: async () => ({ type: "gone" }) };

/** PostgreSQL would measure its own in real time; the network keeps to them in virtual time. */
const LIMITS = { ...SERVER_TIME_LIMITS, statementMs: 0, idleInTransactionMs: 0 };
/** A node that doesn't stop in order is killed by its supervisor after this long. */
const STOP_LIMIT_MS = 30_000;
/** What an absence of all nodes leaves behind is made good after this long. */
const CALM_AFTER_MS = 15_000;

export class Fleet {
  readonly #options: FleetOptions;
  readonly #random: Random;
  readonly #slots: Slot[];
  readonly counts = { boots: 0, kills: 0, stops: 0 };

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#random = options.simulation.random.fork("fleet");
    this.#slots = Array.from({ length: options.plan.nodes }, (_, index) => ({
      name: `n${index + 1}`,
      generation: 0,
      host: null,
      running: null,
    }));
  }

  startAll(): void {
    for (const slot of this.#slots) if (slot.host === null) this.#boot(slot);
  }

  /** The nodes that are up. */
  get up(): RunningNode[] {
    return this.#slots.flatMap(({ running }) => running ?? []);
  }

  get allUp(): boolean {
    return this.#slots.every(({ running }) => running !== null);
  }

  /** The hosts with a process, whether its node is up already or not. */
  get hosts(): Host[] {
    return this.#slots.flatMap(({ host }) => host ?? []);
  }

  /** `kill -9`, and another process after a while. */
  async kill(host: Host, awayMs: number): Promise<void> {
    const slot = this.#slots.find((each) => each.host === host);
    if (slot === undefined) return;
    this.#note(slot, "killed");
    this.counts.kills += 1;
    await this.#bury(slot, awayMs);
  }

  /** Stops a node in order, as an update does, and starts it again after a while. */
  stop(host: Host, awayMs: number): void {
    const slot = this.#slots.find((each) => each.host === host);
    const running = slot?.running;
    if (slot === undefined || running == null) return;
    this.#note(slot, "stops");
    this.counts.stops += 1;
    slot.running = null;
    this.#noteUp();
    const over = async (how: string) => {
      if (slot.host !== host) return;
      this.#note(slot, how);
      await this.#bury(slot, awayMs);
    };
    const { simulation } = this.#options;
    const cancel = simulation.after(STOP_LIMIT_MS, () => over("killed while stopping"));
    void runOn(host, () => stopNode(running)).then(() => {
      cancel();
      simulation.after(0, () => over("stopped"));
    });
  }

  /** The process is gone; its successor comes. */
  async #bury(slot: Slot, awayMs: number): Promise<void> {
    const { host } = slot;
    slot.host = null;
    slot.running = null;
    this.#noteUp();
    if (host !== null) {
      host.alive = false;
      await this.#options.gate.abandon(host);
    }
    this.#options.simulation.after(awayMs, () => {
      if (slot.host === null) this.#boot(slot);
    });
  }

  #boot(slot: Slot): void {
    const { simulation, plan } = this.#options;
    slot.generation += 1;
    const random = this.#random.fork(`${slot.name}.${slot.generation}`);
    const host: Host = {
      name: `${slot.name}.${slot.generation}`,
      skewMs: random.between(-plan.maxSkewMs, plan.maxSkewMs),
      driftPpm: random.between(-plan.maxDriftPpm, plan.maxDriftPpm),
      bootedAt: simulation.now,
      random,
      alive: true,
      pausedUntil: 0,
    };
    slot.host = host;
    this.counts.boots += 1;
    this.#note(slot, "boots");
    runOn(host, () => this.#start(host)).then(
      (running) => {
        if (slot.host !== host) return;
        slot.running = running;
        this.#note(slot, "up");
        this.#noteUp();
      },
      (error: unknown) => {
        // A process that can't start ends; its supervisor starts another.
        this.#note(slot, `did not start: ${codeOf(error)}`);
        simulation.after(0, async () => {
          if (slot.host === host) await this.#bury(slot, this.#random.between(1_000, 20_000));
        });
      },
    );
  }

  async #start(host: Host): Promise<RunningNode> {
    const { gate, plan, databaseUrl, channels, logger, metrics } = this.#options;
    const db = openDatabase({
      url: databaseUrl,
      maxConnections: plan.poolSize,
      logger,
      limits: LIMITS,
      stream: () => gate.openStream(host),
    });
    const stops: Stop[] = [() => db.close()];
    const roles = ["http", "realtime", "timers", "outbox"];
    const outside = { mail: null, pusher: NO_PUSHER };
    const node = await startNode({ db, logger, metrics, channels, roles, ...outside, stops });
    const presence = new PresenceKeeper({ deps: node.deps, nodeId: node.nodeId });
    presence.start();
    stops.push(() => presence.stop());
    const { deps } = node;
    return {
      ...{ host, node, presence },
      activity: new ActivityNotes(deps),
      inbox: new WebhookInbox(deps),
    };
  }

  #noteUp(): void {
    const { book, simulation } = this.#options;
    if (this.up.length === 0) book.disturb("no node", simulation.now);
    else book.calm("no node", simulation.now + CALM_AFTER_MS);
  }

  #note(slot: Slot, what: string): void {
    const { simulation } = this.#options;
    simulation.trace.add(simulation.now, slot.host?.name ?? slot.name, what);
  }
}

/** As the server stops: the last part that was started first, and none keeps the others from it. */
async function stopNode({ node }: RunningNode): Promise<void> {
  for (const stop of node.stops.splice(0).reverse()) {
    try {
      await stop();
    } catch (error) {
      node.deps.logger.warn({ err: error }, "a part did not stop in order");
    }
  }
}

function codeOf(error: unknown): string {
  return String(Object(error).code ?? Object(error).message ?? error);
}
