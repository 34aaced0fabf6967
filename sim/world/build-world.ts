/** Puts a run together: a database, nodes, a provider, customers and staff, and whatever goes wrong. */
import type { AnyChannel, Deps } from "../../apps/server/src/actions/deps.ts";
import { createLogger } from "../../apps/server/src/platform/logger.ts";
import type { Metrics } from "../../apps/server/src/platform/metrics.ts";
import type { CreateChecker } from "../checker.ts";
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
import { Judge } from "./judge.ts";
import { Personnel } from "./personnel.ts";
import { Provider } from "./provider.ts";
import { Rushes } from "./rushes.ts";
import { Screen } from "./screen.ts";
import { Staff } from "./staff.ts";
import { WitnessBook } from "./witness-book.ts";

export interface WorldOptions {
  readonly simulation: Simulation;
  readonly plan: Plan;
  readonly server: SimulatedServer;
  readonly createChecker: CreateChecker;
  /** What a planted bug changes of the schema. */
  readonly plantedSql: readonly string[];
}

export interface World extends People {
  readonly screen: Screen;
  readonly gate: DatabaseGate;
  readonly fleet: Fleet;
  readonly faults: Faults;
  readonly provider: Provider;
  readonly judge: Judge;
  readonly close: () => Promise<void>;
}

export async function buildWorld(options: WorldOptions): Promise<World> {
  const { simulation, plan, server } = options;
  const book = new WitnessBook({
    latenessGoalMs: latenessGoalOf(plan),
    windowMs: plan.provider.windowMs,
  });
  const observer = new DatabaseObserver(server.url);
  const screen = new Screen(server.url);
  await observer.setClock(simulation.now);
  const provider = new Provider({ simulation, plan: plan.provider, book });
  const channel = provider.channel();
  const businesses = await createBusinesses(options, screen, channel);
  for (const sql of options.plantedSql) await screen.query(sql);
  const judge = new Judge(simulation, await options.createChecker(screen, book));
  const gate = new DatabaseGate({
    simulation,
    observer,
    socketPath: server.socketPath,
    network: plan.network,
    onCommit: () => judge.afterStep(),
    onMoment: (host, moment) => faults.onMoment(host, moment),
  });
  const fleet = new Fleet({
    ...{ simulation, plan, gate, book },
    databaseUrl: server.url,
    channels: new Map([[channel.kind, channel]]),
    logger: createLogger("warn", { write: (line) => noteLog(simulation, line) }),
    metrics: SILENT_METRICS,
  });
  const crashDatabase = async () => {
    await screen.disconnect();
    observer.reset();
    await server.crash();
  };
  const faults = new Faults({ simulation, plan: plan.faults, fleet, gate, book, crashDatabase });
  const people = invite(options, { businesses, provider, fleet, screen, channel });
  const close = async () => {
    await observer.close();
    await screen.disconnect();
  };
  return { ...people, screen, gate, fleet, faults, provider, judge, close };
}

interface People {
  readonly customers: Customers;
  readonly rushes: readonly Rushes[];
  readonly staffs: readonly Staff[];
  readonly admins: readonly Admins[];
  readonly personnel: readonly Personnel[];
}

function invite(
  { simulation, plan }: WorldOptions,
  place: {
    businesses: readonly Business[];
    provider: Provider;
    fleet: Fleet;
    screen: Screen;
    channel: AnyChannel;
  },
): People {
  const { businesses, provider, fleet, screen, channel } = place;
  const parts = { simulation, plan: plan.business, doors: new Doors(simulation, fleet), screen };
  const staffs = businesses.map((business) => new Staff({ ...parts, business, provider }));
  const admins = businesses.map((business) => new Admins({ ...parts, business, channel }));
  const personnel = businesses.map(
    (business, index) =>
      new Personnel({
        ...{ ...parts, business },
        onShutOut: (memberIds) => staffs[index]?.shutOut(memberIds),
      }),
  );
  const customers = new Customers({
    ...parts,
    provider,
    customers: businesses.flatMap((business) => business.customers),
    onWritten: (customer) => {
      const { accountId } = customer.channel;
      staffs[businesses.findIndex((each) => each.accountId === accountId)]?.noteWritten(customer);
    },
  });
  const rushes = businesses.map((business) => new Rushes({ ...parts, business, customers }));
  const channels = businesses.flatMap((business) => business.channels);
  provider.serve({ fleet, channels, onTaken: (phone) => customers.hear(phone) });
  return { customers, rushes, staffs, admins, personnel };
}

/** Polling, the network's slowness over the statements of a round, and a round that is tried again. */
function latenessGoalOf({ pace, network }: Plan): number {
  const roundTrips = 60 * network.latencyMs + 6 * network.slowMs * Math.sign(network.slowChance);
  return pace.timerPollMs + 2 * roundTrips + 12_000;
}

async function createBusinesses(
  { simulation, plan }: WorldOptions,
  screen: Screen,
  channel: AnyChannel,
): Promise<Business[]> {
  const random = simulation.random.fork("business");
  const logger = createLogger("silent");
  const { limits } = channel;
  const deps: Deps = {
    db: screen.database,
    logger,
    signals: NOBODY,
    limitsOf: () => limits,
    mail: null,
  };
  const businesses: Business[] = [];
  for (let index = 0; index < plan.business.accounts; index++) {
    const options = { plan: plan.business, random, index };
    businesses.push(await createBusiness(deps, channel, options));
  }
  return businesses;
}

const NOBODY: Deps["signals"] = {
  deadlineAt: () => undefined,
  outbox: () => undefined,
  events: () => undefined,
  line: () => undefined,
  settings: () => undefined,
  mail: () => undefined,
  alerts: () => undefined,
  access: () => undefined,
};

const SILENT_METRICS: Metrics = {
  deadlineFired: () => undefined,
  webhook: () => undefined,
  measureWebhookDelay: () => undefined,
  send: () => undefined,
  email: () => undefined,
  push: () => undefined,
  sockets: () => undefined,
  render: async () => ({ contentType: "", text: "" }),
};

/** What a node logs is part of what happened; process ids and the like are not. */
function noteLog(simulation: Simulation, line: string): void {
  const { msg, err, loop, duty } = Object(JSON.parse(line));
  const code = err === undefined ? "" : ` (${err.code ?? err.type}: ${String(err.message)})`;
  simulation.note(`logs: ${msg}${code.replaceAll(/\d+/g, "#")} ${loop ?? ""}${duty ?? ""}`);
}
