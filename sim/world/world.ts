/** The whole of one run: a database, nodes, a provider, customers and staff, and whatever goes wrong. */
import type { Deps } from "../../apps/server/src/actions/deps.ts";
import { openDatabase, type Queryable, type Row } from "../../apps/server/src/platform/database.ts";
import { createLogger } from "../../apps/server/src/platform/logger.ts";
import type { Metrics } from "../../apps/server/src/platform/metrics.ts";
import type { CreateChecker, SimViolation } from "../checker.ts";
import { DatabaseGate } from "../kernel/database-gate.ts";
import { DatabaseObserver } from "../kernel/database-observer.ts";
import type { SimulatedServer } from "../kernel/postgres.ts";
import type { Simulation } from "../kernel/simulation.ts";
import type { Plan } from "../plan/plan.ts";
import { Admins } from "./admins.ts";
import { type Business, createBusiness } from "./business.ts";
import { Customers } from "./customers.ts";
import { Doors } from "./doors.ts";
import { Faults } from "./faults.ts";
import { Fleet } from "./fleet.ts";
import { Provider } from "./provider.ts";
import { Staff } from "./staff.ts";
import { WitnessBook } from "./witness-book.ts";

export interface WorldOptions {
  readonly simulation: Simulation;
  readonly plan: Plan;
  readonly server: SimulatedServer;
  readonly createChecker: CreateChecker;
  /** What a planted bug changes of the schema. */
  readonly plantedSql: readonly string[];
  /** Told now and then how far the run is, from 0 to 1. */
  readonly onProgress: (part: number) => void;
}

/** What a run came to. */
export interface WorldResult {
  readonly violations: readonly SimViolation[];
  readonly counts: Readonly<Record<string, number>>;
}

const MINUTE = 60_000;

export async function runWorld(options: WorldOptions): Promise<WorldResult> {
  const world = await buildWorld(options);
  try {
    await live(options, world);
    await settle(options, world);
    return { violations: world.violations, counts: await count(options, world) };
  } finally {
    await world.close();
  }
}

interface World {
  readonly screen: Queryable;
  readonly observer: DatabaseObserver;
  readonly gate: DatabaseGate;
  readonly fleet: Fleet;
  readonly faults: Faults;
  readonly provider: Provider;
  readonly customers: Customers;
  readonly staffs: readonly Staff[];
  readonly admins: readonly Admins[];
  readonly violations: SimViolation[];
  readonly checks: { steps: number };
  readonly judgeAtEnd: () => Promise<readonly SimViolation[]>;
  readonly close: () => Promise<void>;
}

async function buildWorld(options: WorldOptions): Promise<World> {
  const { simulation, plan, server, createChecker } = options;
  const logger = createLogger("warn", { write: (line) => noteLog(simulation, line) });
  const book = new WitnessBook(latenessGoalOf(plan));
  const observer = new DatabaseObserver(server.url);
  const screen = new Screen(server.url);
  await observer.setClock(simulation.now);
  const provider = new Provider({
    simulation,
    plan: plan.provider,
    book,
    onTaken: (phone) => customers.hear(phone),
  });
  const channel = provider.channel();
  const businesses = await createBusinesses(options, screen, channel);
  for (const sql of options.plantedSql) await screen.query(sql);
  const checker = await createChecker(screen, book);
  const violations: SimViolation[] = [];
  const checks = { steps: 0 };
  const gate = new DatabaseGate({
    simulation,
    observer,
    socketPath: server.socketPath,
    network: plan.network,
    onCommit: async () => {
      checks.steps += 1;
      violations.push(...(await checker.afterStep(simulation.now)));
    },
    onMoment: (host, moment) => faults.onMoment(host, moment),
  });
  const fleet = new Fleet({
    simulation,
    plan,
    gate,
    databaseUrl: server.url,
    channels: new Map([[channel.kind, channel]]),
    logger,
    metrics: SILENT_METRICS,
    book,
  });
  const crashDatabase = async () => {
    await screen.disconnect();
    observer.reset();
    await server.crash();
  };
  const faults = new Faults({ simulation, plan: plan.faults, fleet, gate, book, crashDatabase });
  provider.serve(
    fleet,
    businesses.flatMap(({ channels }) => channels),
  );
  const doors = new Doors(simulation, fleet);
  const parts = { simulation, plan: plan.business, doors, screen };
  const staffs = businesses.map((business) => new Staff({ ...parts, business, provider }));
  const admins = businesses.map((business) => new Admins({ ...parts, business, channel }));
  const customers = new Customers({
    simulation,
    plan: plan.business,
    provider,
    customers: businesses.flatMap((business) => business.customers),
    onWritten: (customer) => {
      const at = businesses.findIndex((each) => each.accountId === customer.channel.accountId);
      staffs[at]?.noteWritten(customer);
    },
  });
  const close = async () => {
    await observer.close();
    await screen.disconnect();
  };
  const judgeAtEnd = () => checker.atEnd(simulation.now);
  return {
    ...{ screen, observer, gate, fleet, faults, provider, customers, staffs, admins },
    ...{ violations, checks, judgeAtEnd, close },
  };
}

/** Polling, the network's slowness over the statements of a round, and a round that is tried again. */
function latenessGoalOf({ pace, network }: Plan): number {
  const roundTrips = 60 * network.latencyMs + 6 * network.slowMs * Math.sign(network.slowChance);
  return pace.timerPollMs + 2 * roundTrips + 12_000;
}

async function createBusinesses(
  { simulation, plan }: WorldOptions,
  screen: Screen,
  channel: ReturnType<Provider["channel"]>,
): Promise<Business[]> {
  const random = simulation.random.fork("business");
  const logger = createLogger("silent");
  const deps: Deps = {
    db: screen.database,
    logger,
    signals: NOBODY,
    limitsOf: () => channel.limits,
  };
  const businesses: Business[] = [];
  for (let index = 0; index < plan.business.accounts; index++) {
    const options = { plan: plan.business, random, index };
    businesses.push(await createBusiness(deps, channel, options));
  }
  return businesses;
}

/** Life goes on until the plan's end, or until something happened that must not. */
async function live(options: WorldOptions, world: World): Promise<void> {
  const { simulation, plan, onProgress } = options;
  const { fleet, faults, customers, staffs, admins, violations } = world;
  fleet.startAll();
  faults.start();
  customers.start();
  for (const each of [...staffs, ...admins]) each.start();
  const begin = simulation.now;
  const end = begin + plan.durationMs;
  const stop = () => violations.length > 0;
  let tidiedAt = begin;
  while (simulation.now < end && !stop()) {
    await simulation.runUntil(Math.min(end, simulation.now + plan.pace.heartbeatMs), stop);
    for (const staff of staffs) staff.reconnect();
    onProgress((simulation.now - begin) / plan.durationMs);
    if (simulation.now - tidiedAt > TIDY_EVERY_MS) {
      await world.screen.query("vacuum");
      tidiedAt = simulation.now;
    }
  }
}

/** Nothing tidies the database by itself here. */
const TIDY_EVERY_MS = 24 * 60 * MINUTE;

/** Longer than any hold, and than any send takes to be given up. */
const CALM_MS = 8 * MINUTE;
const MOST_MINUTES = 3 * 24 * 60;

/** No new input and no more troubles: what was begun comes to its end, and then everything is judged. */
async function settle({ simulation, plan }: WorldOptions, world: World): Promise<void> {
  const { fleet, faults, provider, customers, staffs, admins, violations, gate } = world;
  customers.end();
  faults.end();
  provider.behave();
  for (const each of [...staffs, ...admins]) each.end();
  const stop = () => violations.length > 0;
  const goesOn = () => !fleet.allUp || !gate.available || provider.openWebhooks > 0;
  for (let minutes = 0; minutes < MOST_MINUTES && goesOn() && !stop(); minutes++) {
    await simulation.runUntil(simulation.now + MINUTE, stop);
  }
  if (goesOn() && !stop()) throw new Error("the world does not come to rest");
  const { pace } = plan;
  const longest = Math.max(
    pace.timerPollMs,
    pace.outboxPollMs,
    pace.linePollMs,
    pace.rescuerPollMs,
  );
  await simulation.runUntil(simulation.now + CALM_MS + 3 * longest, stop);
  if (!stop()) violations.push(...(await world.judgeAtEnd()));
}

async function count({ simulation }: WorldOptions, world: World): Promise<Record<string, number>> {
  const { gate, fleet, faults, provider, customers, staffs, admins, checks, screen } = world;
  const [rows] = await screen.query<Record<string, number>>(
    `select (select count(*)::int from sessions) as sessions,
       (select count(*)::int from messages) as messages,
       (select count(*)::int from timeline) as "timelineEntries",
       (select count(*)::int from sessions where parked_at is not null) as parked`,
  );
  const sum = (of: readonly number[]) => of.reduce((a, b) => a + b, 0);
  return {
    ...rows,
    steps: simulation.steps,
    checks: checks.steps,
    ...gate.counts,
    ...fleet.counts,
    connectionsCut: faults.counts.cuts,
    databaseAway: faults.counts.databaseAway,
    databaseCrashes: faults.counts.databaseCrashes,
    ...provider.counts,
    customerMessages: customers.counts.messages,
    acts: sum(staffs.map((each) => each.counts.acts)),
    refusedActs: sum(staffs.map((each) => each.counts.refused)),
    saves: sum(admins.map((each) => each.counts.saves)),
  };
}

/** A look at the rows from outside. Opened anew after the server was away. */
class Screen implements Queryable {
  readonly #url: string;
  #database: ReturnType<typeof openDatabase> | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  get database() {
    const logger = createLogger("silent");
    this.#database ??= openDatabase({ url: this.#url, maxConnections: 1, logger });
    return this.#database;
  }

  async query<R extends Row = Row>(sql: string, params?: readonly unknown[]): Promise<R[]> {
    return await this.database.query<R>(sql, params);
  }

  async disconnect(): Promise<void> {
    const database = this.#database;
    this.#database = null;
    await database?.close();
  }
}

const NOBODY: Deps["signals"] = {
  deadlineAt: () => undefined,
  outbox: () => undefined,
  events: () => undefined,
  line: () => undefined,
  settings: () => undefined,
};

const SILENT_METRICS: Metrics = {
  deadlineFired: () => undefined,
  webhook: () => undefined,
  measureWebhookDelay: () => undefined,
  send: () => undefined,
  sockets: () => undefined,
  render: async () => ({ contentType: "", text: "" }),
};

/** What a node logs is part of what happened; process ids and the like are not. */
function noteLog(simulation: Simulation, line: string): void {
  const { msg, err, loop, duty } = Object(JSON.parse(line));
  const code = err === undefined ? "" : ` (${err.code ?? err.type}: ${String(err.message)})`;
  simulation.note(`logs: ${msg}${code.replaceAll(/\d+/g, "#")} ${loop ?? ""}${duty ?? ""}`);
}
