/**
 * The network between nodes and the database, and the database's own fate. Every statement of a node stops
 * here until virtual time says that it arrives; then it runs in PostgreSQL, alone; and its answer stops
 * here again.
 *
 *     node ──bytes──▶ unit ──latency──▶ runs ──▶ answer ──latency──▶ node
 *                       │                │ └── waits for a lock: parked, its process taken off the
 *                       │                │     processor until whoever holds the lock has ended
 *                       └── never runs   └── never heard: cut, killed, restarted at any of these points
 *
 * That one statement runs at a time, and that locks are given on in a fixed order, makes a run the same
 * each time; which statements of which nodes come after which is the seed's to choose.
 */

import { SERVER_TIME_LIMITS } from "../../apps/server/src/platform/time-limits.ts";
import type { NetworkPlan } from "../plan/plan.ts";
import { Backend } from "./backend.ts";
import type { DatabaseObserver } from "./database-observer.ts";
import { GatedConnection } from "./gated-connection.ts";
import type { Host } from "./host.ts";
import type { Random } from "./random.ts";
import { SimSocket } from "./sim-socket.ts";
import type { Simulation } from "./simulation.ts";
import { type Answer, asDeadlock, fatalError, type Unit } from "./wire.ts";

/** Where in the life of a statement a trouble strikes. */
export type Moment = "before" | "after";

export interface GateOptions {
  readonly simulation: Simulation;
  readonly observer: DatabaseObserver;
  readonly socketPath: string;
  readonly network: NetworkPlan;
  /** Something was committed. */
  readonly onCommit: () => Promise<void>;
  /**
   * A statement is about to run, or has run and its answer is under way: whoever plans a trouble for this
   * moment makes it happen now.
   */
  readonly onMoment: (host: Host, moment: Moment) => Promise<void>;
}

export class DatabaseGate {
  readonly #options: GateOptions;
  readonly #random: Random;
  readonly #connections = new Set<GatedConnection>();
  /** Connections whose statement waits for a lock, in the order in which they began to wait. */
  readonly #parked: GatedConnection[] = [];
  #available = true;
  #ids = 0;
  /** Counted for the summary. */
  readonly counts = { statements: 0, commits: 0, lockWaits: 0, deadlocks: 0, connections: 0 };

  constructor(options: GateOptions) {
    this.#options = options;
    this.#random = options.simulation.random.fork("network");
  }

  /** Makes the stream of one connection of a host. */
  openStream(host: Host): SimSocket {
    return new SimSocket((socket) => {
      const connection = new GatedConnection(this.#ids++, host, socket);
      return {
        connecting: () => this.#later(() => this.#connect(connection)),
        sent: (bytes) => {
          connection.receive(bytes);
          this.#pump(connection);
        },
        left: () => this.#leave(connection),
      };
    });
  }

  /** Cuts one connection of the host, if it has any: the node sees a reset. */
  async cutOne(host: Host): Promise<void> {
    const open = [...this.#connections].filter((each) => each.host === host);
    if (open.length === 0) return;
    const connection = this.#random.pick(open);
    this.#note(connection, "cut");
    await this.#cut(connection);
  }

  /**
   * The host died: no answer will reach it. What it had sent may still have arrived: then PostgreSQL runs
   * it before it notices.
   */
  async abandon(host: Host): Promise<void> {
    for (const connection of [...this.#connections]) {
      if (connection.host !== host) continue;
      connection.abandoned = true;
      const arrives = connection.hasUnits && this.#random.chance(0.5);
      if (arrives || this.#parked.includes(connection)) this.#pump(connection);
      else await this.#end(connection);
    }
    await this.#resumeParked();
  }

  /** Ends all connections and takes none until `comeBack`. */
  async goAway(crash: (() => Promise<void>) | null): Promise<void> {
    this.#available = false;
    for (const connection of [...this.#connections]) await this.#cut(connection);
    await crash?.();
  }

  comeBack(): void {
    this.#available = true;
  }

  get available(): boolean {
    return this.#available;
  }

  async #connect(connection: GatedConnection): Promise<void> {
    const { host, socket } = connection;
    if (!host.alive || socket.destroyed) return;
    if (!this.#available) {
      const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
      this.#note(connection, "refused");
      this.#onHost(connection, () => socket.destroy(refused));
      return;
    }
    connection.backend = await Backend.open(this.#options.socketPath);
    this.#connections.add(connection);
    this.counts.connections += 1;
    this.#onHost(connection, () => socket.emit("connect"));
  }

  /** Sees to it that the connection's next unit will run. */
  #pump(connection: GatedConnection): void {
    if (connection.busy || !connection.hasUnits) return;
    connection.busy = true;
    this.#later(() => this.#runNext(connection));
  }

  async #runNext(connection: GatedConnection): Promise<void> {
    if (!this.#isOpen(connection)) return;
    if (!connection.abandoned) await this.#options.onMoment(connection.host, "before");
    if (!this.#isOpen(connection)) return;
    const units = connection.takeUnits(this.#chooseApart(connection));
    if (units[0]?.kind === "terminate") {
      return this.#leave(connection);
    }
    await this.#run(connection, units);
    await this.#resumeParked();
  }

  /** Whether the statements of this transaction arrive one by one. Chosen anew with each `begin`. */
  #chooseApart(connection: GatedConnection): boolean {
    if (connection.nextText.startsWith("begin")) {
      connection.apart = this.#random.chance(this.#options.network.apartChance);
    }
    return connection.apart;
  }

  async #run(connection: GatedConnection, units: readonly Unit[]): Promise<void> {
    const { backend } = connection;
    if (backend === null) return;
    const { observer } = this.#options;
    const first = await this.#setClock(connection, units);
    this.counts.statements += units.length;
    connection.running = units;
    const bytes = Buffer.concat(units.map((unit) => unit.bytes));
    const answer = await backend.exchange({ bytes, units: units.length, first }, () =>
      observer.isBlocked(backend.pid),
    );
    await this.#settle(connection, backend, answer);
  }

  /** Sets the database's clock, by the statement's own connection where that is possible. */
  async #setClock(connection: GatedConnection, units: readonly Unit[]): Promise<Buffer | null> {
    const { observer, simulation } = this.#options;
    if (units[0]?.kind === "query" && !connection.readOnly) {
      return await observer.clockCall(simulation.now);
    }
    await observer.setClock(simulation.now);
    return null;
  }

  /** The statement has an answer, or waits for a lock. */
  async #settle(connection: GatedConnection, backend: Backend, answer: Answer | null) {
    const { observer, simulation } = this.#options;
    if (answer !== null) return await this.#answered(connection, answer);
    backend.freeze();
    this.#parked.push(connection);
    this.counts.lockWaits += 1;
    this.#note(connection, "waits for a lock");
    if (await observer.isDeadlocked(backend.pid, this.#waiting())) {
      this.counts.deadlocks += 1;
      this.#note(connection, "deadlock");
      return await this.#cancel(connection, backend, asDeadlock);
    }
    const { running } = connection;
    simulation.after(SERVER_TIME_LIMITS.statementMs, async () => {
      if (connection.running !== running || !this.#parked.includes(connection)) return;
      this.#note(connection, "waited too long");
      await this.#cancel(connection, backend, (answer) => answer);
      await this.#resumeParked();
    });
  }

  #waiting(): number[] {
    return this.#parked.flatMap((each) => each.backend?.pid ?? []);
  }

  /** Ends a statement that waits for a lock. */
  async #cancel(
    connection: GatedConnection,
    backend: Backend,
    present: (answer: Answer) => Answer,
  ): Promise<void> {
    this.#parked.splice(this.#parked.indexOf(connection), 1);
    backend.cancel();
    const answer = await backend.resume(async () => false);
    if (answer !== null) await this.#answered(connection, present(answer));
  }

  async #answered(connection: GatedConnection, answer: Answer): Promise<void> {
    const texts = connection.running.map((unit) => unit.text);
    connection.running = [];
    connection.busy = false;
    const closed = connection.backend?.closed === true;
    this.#note(connection, `${summary(texts)} → ${answer.tags.join(", ")}`);
    const committed = connection.noteAnswer(texts, answer);
    if (committed) {
      this.counts.commits += 1;
      await this.#options.onCommit();
    }
    if (texts.some((text) => text.includes("pg_notify"))) await this.#passOnNotifications();
    if (connection.abandoned) {
      if (connection.hasUnits && !closed) this.#pump(connection);
      else await this.#end(connection);
      return;
    }
    await this.#options.onMoment(connection.host, "after");
    if (!this.#connections.has(connection)) return;
    this.#deliver(connection, answer.bytes);
    if (closed) return await this.#cut(connection);
    this.#pump(connection);
    if (connection.idleSince !== null) this.#limitIdleness(connection, connection.idleSince);
  }

  /** A transaction that does nothing for too long is ended, as PostgreSQL would in real time. */
  #limitIdleness(connection: GatedConnection, since: Answer): void {
    this.#options.simulation.after(SERVER_TIME_LIMITS.idleInTransactionMs, async () => {
      if (!this.#isOpen(connection) || connection.idleSince !== since || connection.busy) return;
      this.#note(connection, "was idle in a transaction for too long");
      this.#deliver(connection, fatalError("25P03", "the transaction was idle for too long"));
      await this.#cut(connection);
      await this.#resumeParked();
    });
  }

  /** Locks may have been given up: goes on with those who got one, one after the other. */
  async #resumeParked(): Promise<void> {
    const { observer } = this.#options;
    while (this.#parked.length > 0) {
      const free = await observer.unblockedAmong(this.#waiting());
      const next = this.#parked.findIndex((each) => free.has(each.backend?.pid ?? 0));
      const [connection] = next === -1 ? [] : this.#parked.splice(next, 1);
      const backend = connection?.backend;
      if (connection === undefined || backend == null) return;
      await observer.setClock(this.#options.simulation.now);
      backend.thaw();
      const answer = await backend.resume(() => observer.isBlocked(backend.pid));
      await this.#settle(connection, backend, answer);
    }
  }

  /** Every listener's process has been told of what was committed by now; it says so when asked. */
  async #passOnNotifications(): Promise<void> {
    for (const connection of [...this.#connections]) {
      const { backend } = connection;
      if (!connection.listening || backend === null || connection.abandoned) continue;
      for (const bytes of await backend.notifications()) {
        this.#note(connection, "notified");
        this.#deliver(connection, bytes);
      }
    }
  }

  /** Answers arrive in the order in which they were given. */
  #deliver(connection: GatedConnection, bytes: Buffer): void {
    connection.answers.push(bytes);
    const { simulation } = this.#options;
    const at = Math.max(connection.deliversUntil, simulation.now + this.#latency());
    connection.deliversUntil = at;
    simulation.afterOn(connection.host, at - simulation.now, () => {
      const next = connection.answers.shift();
      if (next !== undefined && !connection.socket.destroyed) connection.socket.push(next);
    });
  }

  /** The client has gone, or wants to. */
  #leave(connection: GatedConnection): void {
    if (connection.left) return;
    connection.left = true;
    this.#later(async () => {
      if (this.#connections.has(connection)) {
        await this.#end(connection);
        await this.#resumeParked();
      }
      this.#onHost(connection, () => {
        if (!connection.socket.destroyed) connection.socket.push(null);
      });
    });
  }

  /** The connection breaks: the server's process ends, the client sees a reset. */
  async #cut(connection: GatedConnection): Promise<void> {
    await this.#end(connection);
    const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
    const { simulation } = this.#options;
    const at = Math.max(connection.deliversUntil, simulation.now + this.#latency());
    simulation.afterOn(connection.host, at + 1 - simulation.now, () =>
      connection.socket.destroy(reset),
    );
  }

  async #end(connection: GatedConnection): Promise<void> {
    this.#connections.delete(connection);
    const parked = this.#parked.indexOf(connection);
    if (parked !== -1) this.#parked.splice(parked, 1);
    const { backend } = connection;
    connection.backend = null;
    await backend?.end(parked !== -1);
  }

  #isOpen(connection: GatedConnection): boolean {
    return this.#connections.has(connection);
  }

  #onHost(connection: GatedConnection, run: () => void): void {
    this.#options.simulation.afterOn(connection.host, 0, run);
  }

  #later(run: () => void | Promise<void>): void {
    this.#options.simulation.after(this.#latency(), run);
  }

  #latency(): number {
    const { latencyMs, slowChance, slowMs } = this.#options.network;
    if (this.#random.chance(slowChance)) return this.#random.between(0, slowMs);
    return latencyMs === 0 ? 0 : this.#random.between(0, 2 * latencyMs);
  }

  #note(connection: GatedConnection, what: string): void {
    const { simulation } = this.#options;
    simulation.trace.add(simulation.now, connection.name, what);
  }
}

/** Statements as the trace shows them: how they begin. */
function summary(texts: readonly string[]): string {
  return texts.map((text) => text.replaceAll(/\s+/g, " ").slice(0, 70)).join(" ; ");
}
