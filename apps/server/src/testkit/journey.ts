/**
 * Whole journeys: the real server on a real PostgreSQL, WhatsApp's side played by the emulator over
 * HTTP, agents with tokens and live sockets. Nothing is called directly but the doors. Time is moved,
 * never waited for; what must happen is waited for by looking, what must not is looked for once
 * everything has settled.
 */
import {
  type AssignmentRuleInput,
  type ClockSettings,
  DEFAULT_CLOCK_SETTINGS,
} from "@punctual/contract";
import { type Emulator, type EmulatorClient, startEmulator } from "@punctual/whatsapp-emulator";
import { type Database, openDatabase } from "../platform/database.ts";
import { createLogger } from "../platform/logger.ts";
import { type Agent, createAgent } from "./journey-agent.ts";
import { type Caller, createCaller } from "./journey-api.ts";
import { createJourneyClock, type JourneyClock } from "./journey-clock.ts";
import { type Customer, createCustomer } from "./journey-customer.ts";
import { createJourneyDatabase, type StartServer, serveJourney } from "./journey-database.ts";
import { createHolds } from "./journey-holds.ts";
import { expectNeverHappened, expectNeverSeen } from "./journey-never.ts";
import { isSettled } from "./journey-settled.ts";
import { waitUntil } from "./journey-until.ts";

/** Changes to the default settings. */
export type SettingsPatch = { readonly [S in keyof ClockSettings]?: Partial<ClockSettings[S]> };

export interface JourneyOptions<Name extends string> {
  readonly settings?: SettingsPatch;
  /** Who works here. All come online, and one rule gives them sessions in turn. */
  readonly agents?: readonly Name[];
  /** Changes to that rule. */
  readonly rule?: Partial<AssignmentRuleInput>;
  /** The roles of each server that shares the database. Default: one with all of them. */
  readonly nodes?: readonly string[];
  /** How servers are started. Default: in this process. */
  readonly serve?: StartServer;
}

export interface Journey<Name extends string = string> {
  readonly db: Database;
  readonly clock: JourneyClock;
  readonly whatsapp: EmulatorClient;
  readonly agents: Readonly<Record<Name, Agent>>;
  /** Who set the business up; an admin hears what supervisors hear. */
  readonly admin: Agent;
  readonly channelId: string;
  readonly ruleId: string;
  /** Where the first running server (or another) listens, and where it takes webhooks. */
  url(server?: number): string;
  webhookUrl(server?: number): string;
  /** A customer who has WhatsApp. */
  customer(name?: string): Promise<Customer>;
  hire(name: string, role?: "agent" | "supervisor"): Promise<Agent>;
  /** Saves the defaults with these changes; with *all*, waits until every open session follows. */
  saves(settings: SettingsPatch, applyTo?: "all" | "nextMessage"): Promise<void>;
  /** Waits until the condition holds. */
  until(condition: () => Promise<boolean>, what: string): Promise<void>;
  /** Waits until nothing is under way: no webhook, no send, no due deadline, no save. */
  settled(): Promise<void>;
  /** Holds a session's lock, as another node at work would, until the returned function is called. */
  holdSession(sessionId: string): Promise<() => Promise<void>>;
  /** Lets whoever decides wait right before their commit, in the same way. */
  holdCommits(): Promise<() => Promise<void>>;
  /** Waits until so many transactions wait for a lock. */
  waiting(count: number): Promise<void>;
  /** Stops every server, as Ctrl-C does. */
  stopServers(): Promise<void>;
  /** Starts one more server; webhooks and calls go to the first that runs. */
  startServer(roles?: string): Promise<void>;
  /** Stops the first server that was started. */
  stopFirstServer(): Promise<void>;
  /** Ends the journey, and judges it by clock.md §9. */
  end(): Promise<void>;
}

const NUMBER = {
  phoneNumberId: "106540352242922",
  displayPhoneNumber: "+1 555 078 3881",
  accessToken: "token-of-the-number",
  appSecret: "test-app-secret",
  verifyToken: "verify-me",
} as const;
const ALL_ROLES = "http,realtime,timers,outbox";
export const APP_SECRET = NUMBER.appSecret;

export async function startJourney<const Name extends string = never>(
  options: JourneyOptions<Name> = {},
): Promise<Journey<Name>> {
  const database = await createJourneyDatabase();
  const db = openDatabase({
    url: database.url,
    maxConnections: 6,
    logger: createLogger("silent"),
  });
  const emulator = await startEmulator({ numbers: [NUMBER] });
  const world = createWorld(db, emulator, database.adminToken, options.serve ?? serveJourney);
  for (const roles of options.nodes ?? [ALL_ROLES]) await world.startServer(roles);
  const admin = await loadAdmin(world, database.adminToken);
  const channelId = await connectChannel(world, emulator);
  const hired = await Promise.all(
    (options.agents ?? []).map(async (name) => [name, await hire(world, name, "agent")] as const),
  );
  for (const [, agent] of hired) await agent.comesOnline();
  const agents = Object.fromEntries(hired) as Record<Name, Agent>;
  const ruleId = await writeRule(world, hired, options.rule);
  const journey: Journey<Name> = {
    ...world,
    admin,
    agents,
    channelId,
    ruleId,
    hire: (name, role = "agent") => hire(world, name, role),
    customer: (name) => newCustomer(world, name),
    saves: (settings, applyTo = "all") => save(world, settings, applyTo),
    end: async () => {
      for (const { disconnects } of Object.values<Agent>(agents)) await disconnects();
      await emulator.client.flush();
      await emulator.client.waitUntilIdle();
      await world.stopServers();
      try {
        await expectNeverSeen(db, emulator.client);
        await expectNeverHappened(db);
      } finally {
        await emulator.close();
        await db.close();
        await database.drop();
      }
    },
  };
  if (options.settings !== undefined) await journey.saves(options.settings);
  return journey;
}

type World = Pick<
  Journey,
  | "db"
  | "clock"
  | "whatsapp"
  | "url"
  | "webhookUrl"
  | "until"
  | "settled"
  | "holdSession"
  | "holdCommits"
  | "waiting"
  | "startServer"
  | "stopFirstServer"
  | "stopServers"
> & {
  /** The API as the admin, whole paths. */
  readonly call: Caller;
  /** Below the server's address, once the channel exists. */
  webhookPath: string | null;
};

function createWorld(
  db: Database,
  emulator: Emulator,
  adminToken: string,
  serve: StartServer,
): World {
  const { client: whatsapp } = emulator;
  const servers: Awaited<ReturnType<StartServer>>[] = [];
  const pointWebhooks = async () => {
    if (world.webhookPath === null) return;
    await whatsapp.updateNumber(NUMBER.phoneNumberId, { webhookUrl: world.webhookUrl() });
  };
  const url = (server = 0) => {
    const running = servers[server];
    if (running === undefined) throw new Error("no such server runs");
    return running.url;
  };
  const headers = { authorization: `Bearer ${adminToken}` };
  const world: World = {
    db,
    whatsapp,
    clock: createJourneyClock(db),
    webhookPath: null,
    url,
    webhookUrl: (server) => `${url(server)}${world.webhookPath}`,
    call: (route, body) => createCaller(url(), headers)(route, body),
    until: waitUntil,
    ...createHolds(db),
    settled: () => waitUntil(() => isSettled(db, whatsapp), "everything to settle"),
    startServer: async (roles = ALL_ROLES) => {
      servers.push(await serve(db.url, { ROLES: roles }));
      await pointWebhooks();
    },
    stopFirstServer: async () => {
      await servers.shift()?.stop();
      await pointWebhooks();
    },
    stopServers: async () => {
      await Promise.all(servers.splice(0).map((server) => server.stop()));
    },
  };
  return world;
}

async function loadAdmin(world: World, token: string): Promise<Agent> {
  const { body } = await world.call("GET /api/v1/me");
  const { id, name } = body.member as { id: string; name: string };
  return createAgent(world, { id, name, token });
}

async function connectChannel(world: World, emulator: Emulator): Promise<string> {
  const { phoneNumberId, accessToken, appSecret, verifyToken } = NUMBER;
  const config = { phoneNumberId, accessToken, appSecret, verifyToken, graphUrl: emulator.url };
  const { body } = await world.call("POST /api/v1/channels", { name: "Support", config });
  const { id, webhookUrl } = body as { id: string; webhookUrl: string };
  world.webhookPath = new URL(webhookUrl).pathname;
  await emulator.client.updateNumber(phoneNumberId, { webhookUrl: world.webhookUrl() });
  return id;
}

async function hire(world: World, name: string, role: "agent" | "supervisor"): Promise<Agent> {
  const person = { name, email: `${name.toLowerCase()}@acme.test`, role };
  const { member } = (await world.call("POST /api/v1/members", person)).body as {
    member: { id: string };
  };
  const token = { name: "journey", memberId: member.id };
  const { secret } = (await world.call("POST /api/v1/tokens", token)).body as { secret: string };
  return createAgent(world, { id: member.id, name, token: secret });
}

async function writeRule(
  world: World,
  hired: readonly (readonly [string, Agent])[],
  change: Partial<AssignmentRuleInput> = {},
): Promise<string> {
  const members = hired.map(([, agent]) => agent.id);
  const target = members.length === 0 ? { everyone: true } : { members };
  const rule = { name: "In turn", target, ...change };
  const { body } = await world.call("POST /api/v1/assignment-rules", rule);
  return String(body.id);
}

async function newCustomer(world: World, name = "Anna"): Promise<Customer> {
  const number = (await world.whatsapp.customers()).length + 1;
  const id = `customer-${number}`;
  const phone = `+1650555${String(number).padStart(4, "0")}`;
  return await createCustomer({ ...world, admin: world.call }, { id, name, phone });
}

async function save(
  world: World,
  patch: SettingsPatch,
  applyTo: "all" | "nextMessage",
): Promise<void> {
  const { closure, reassign, reply } = DEFAULT_CLOCK_SETTINGS;
  await world.call("PUT /api/v1/settings/clock", {
    closure: { ...closure, ...patch.closure },
    reassign: { ...reassign, ...patch.reassign },
    reply: { ...reply, ...patch.reply },
    applyTo,
  });
  await world.settled();
}
