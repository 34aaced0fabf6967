/** What goes wrong, and when: at any moment, or exactly between two statements of a node. */
import type { DatabaseGate, Moment } from "../kernel/database-gate.ts";
import type { Host } from "../kernel/host.ts";
import type { Random } from "../kernel/random.ts";
import type { Simulation } from "../kernel/simulation.ts";
import type { FaultPlan } from "../plan/plan.ts";
import type { Fleet } from "./fleet.ts";
import type { WitnessBook } from "./witness-book.ts";

type Trouble = "kill" | "stop" | "pause" | "cut" | "databaseAway";

/** A trouble that waits for the host's next statements. */
interface Doom {
  readonly trouble: Trouble;
  readonly moment: Moment;
  /** It lets so many moments pass. */
  left: number;
}

export interface FaultsOptions {
  readonly simulation: Simulation;
  readonly plan: FaultPlan;
  readonly fleet: Fleet;
  readonly gate: DatabaseGate;
  readonly book: WitnessBook;
  /** Ends PostgreSQL without a shutdown, and starts it again. */
  readonly crashDatabase: () => Promise<void>;
}

const MOST_MOMENTS = 30;
const CALM_AFTER_MS = 20_000;
/** Shorter than the margin before a messaging window ends. */
const LONGEST_PAUSE_MS = 60_000;

export class Faults {
  readonly #options: FaultsOptions;
  readonly #random: Random;
  readonly #dooms = new Map<Host, Doom>();
  #over = false;
  readonly counts = {
    kills: 0,
    stops: 0,
    pauses: 0,
    cuts: 0,
    databaseAway: 0,
    databaseCrashes: 0,
    blackouts: 0,
  };

  constructor(options: FaultsOptions) {
    this.#options = options;
    this.#random = options.simulation.random.fork("faults");
  }

  start(): void {
    const { plan } = this.#options;
    this.#repeat("kill", plan.nodeKilledMs);
    this.#repeat("stop", plan.nodeStoppedMs);
    this.#repeat("pause", plan.nodePausedMs);
    this.#repeat("cut", plan.connectionCutMs);
    this.#repeat("databaseAway", plan.databaseAwayMs);
    this.#blackOutAgain();
  }

  /** Nothing goes wrong from now on. */
  end(): void {
    this.#over = true;
    this.#dooms.clear();
  }

  /** Told by the gate, at each statement. */
  async onMoment(host: Host, moment: Moment): Promise<void> {
    const doom = this.#dooms.get(host);
    if (doom === undefined || doom.moment !== moment) return;
    doom.left -= 1;
    if (doom.left >= 0) return;
    this.#dooms.delete(host);
    await this.#strike(doom.trouble, host);
  }

  #repeat(trouble: Trouble, meanMs: number | null): void {
    if (meanMs === null) return;
    this.#options.simulation.after(this.#random.wait(meanMs), async () => {
      if (this.#over) return;
      await this.#plan(trouble);
      this.#repeat(trouble, meanMs);
    });
  }

  #blackOutAgain(): void {
    const { plan, simulation, fleet } = this.#options;
    if (plan.blackoutEveryMs === null) return;
    simulation.after(this.#random.wait(plan.blackoutEveryMs), async () => {
      if (this.#over) return;
      this.counts.blackouts += 1;
      for (const host of fleet.hosts) {
        await fleet.kill(host, plan.blackoutMs + this.#random.between(0, plan.blackoutMs / 2));
      }
      this.#blackOutAgain();
    });
  }

  async #plan(trouble: Trouble): Promise<void> {
    const { hosts } = this.#options.fleet;
    if (hosts.length === 0) return;
    const host = this.#random.pick(hosts);
    if (!this.#random.chance(this.#options.plan.midStatementChance)) {
      return await this.#strike(trouble, host);
    }
    const moment = this.#random.pick(["before", "after"] as const);
    this.#dooms.set(host, { trouble, moment, left: this.#random.between(0, MOST_MOMENTS) });
  }

  async #strike(trouble: Trouble, host: Host): Promise<void> {
    const { fleet, gate, plan } = this.#options;
    const awayMs = this.#random.between(100, plan.longestAwayMs);
    if (trouble === "kill") {
      this.counts.kills += 1;
      await fleet.kill(host, awayMs);
    } else if (trouble === "stop") {
      this.counts.stops += 1;
      fleet.stop(host, awayMs);
    } else if (trouble === "pause") {
      this.#pause(host);
    } else if (trouble === "cut") {
      this.counts.cuts += 1;
      await gate.cutOne(host);
    } else if (gate.available) {
      await this.#databaseAway(awayMs);
    }
  }

  /** The host stands still, with whatever locks it holds, and then goes on as if nothing had been. */
  #pause(host: Host): void {
    const { simulation, book } = this.#options;
    const pauseMs = this.#random.between(100, LONGEST_PAUSE_MS);
    this.counts.pauses += 1;
    simulation.trace.add(simulation.now, host.name, `pauses for ${pauseMs} ms`);
    host.pausedUntil = simulation.now + pauseMs;
    const reason = `pause of ${host.name}`;
    book.disturb(reason, simulation.now);
    simulation.after(pauseMs, () => book.calm(reason, simulation.now + CALM_AFTER_MS));
  }

  async #databaseAway(awayMs: number): Promise<void> {
    const { gate, book, simulation, plan, crashDatabase } = this.#options;
    const crash = this.#random.chance(plan.databaseCrashChance);
    this.counts.databaseAway += 1;
    if (crash) this.counts.databaseCrashes += 1;
    simulation.trace.add(simulation.now, "database", crash ? "crashes" : "restarts");
    book.disturb("database", simulation.now);
    await gate.goAway(crash ? crashDatabase : null);
    simulation.after(awayMs, () => {
      simulation.trace.add(simulation.now, "database", "is back");
      gate.comeBack();
      book.calm("database", simulation.now + CALM_AFTER_MS);
    });
  }
}
