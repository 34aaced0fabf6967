/**
 * The only wiring: opens the database, builds what the roles of this process need, and starts it in the
 * order in which each part relies on the one before. Stopping goes the other way round; whatever is
 * still under way is finished or left in a state from which any node goes on.
 */
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";
import type { Deps, MemberIdentity } from "./actions/deps.ts";
import { ensureSetupLink } from "./actions/set-up.ts";
import { channels } from "./cli/channels.ts";
import type { Config } from "./config.ts";
import { ActivityNotes } from "./ingress/activity-notes.ts";
import { type Auth, openAuth } from "./ingress/auth/auth.ts";
import { openEventsDoor } from "./ingress/events.ts";
import { registerHealth } from "./ingress/health.ts";
import { buildHttpServer } from "./ingress/http-server.ts";
import { registerWebhooks } from "./ingress/webhooks.ts";
import { RealtimeHub } from "./loops/realtime-hub.ts";
import { PresenceKeeper } from "./loops/realtime-hub-presence.ts";
import { type Node, type Stop, startNode } from "./node.ts";
import { after } from "./platform/clock.ts";
import { type Database, openDatabase } from "./platform/database.ts";
import { startEmbeddedPostgres } from "./platform/embedded-postgres/embedded-postgres.ts";
import { createLogger, type Logger } from "./platform/logger.ts";
import { createMailer } from "./platform/mailer.ts";
import { createMetrics } from "./platform/metrics.ts";
import { SERVER_TIME_LIMITS } from "./platform/time-limits.ts";
import { createPusher, createPushKeys, type PushKeys } from "./platform/web-push.ts";
import { migrate } from "./store/migrate.ts";
import { readMissingMigrations } from "./store/read-diagnosis.ts";
import { readLoad } from "./store/read-load.ts";
import { ensureServerSecret } from "./store/server-secrets.ts";

/** Where `npm start` builds the web app (tools/lib/web-app.mjs). */
const WEB_APP_FOLDER = fileURLToPath(new URL("../../web/dist", import.meta.url));

/** A running server. */
export interface Served {
  /** Where it listens; the public address when it has no HTTP role. */
  readonly url: string;
  /** The one-time link that creates the business; `null` once one exists. */
  readonly setupLink: string | null;
  stop(): Promise<void>;
}

/** The part of the database connections that loops keep for themselves. */
const LOOPS_SHARE = 0.4;

/** How long a stop waits for requests under way. */
const REQUEST_GRACE_MS = 3_000;

/** Starts the server with the roles it is given. */
export async function serve(config: Config): Promise<Served> {
  const logger = createLogger(config.logLevel);
  const stops: Stop[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await stopPart(each, logger);
  };
  try {
    const url = await openPostgres(config, logger, stops);
    await migrate(url);
    const limits = SERVER_TIME_LIMITS;
    // The loops have connections of their own: however many requests wait for one, the clock doesn't.
    const forLoops = Math.ceil(config.databasePoolSize * LOOPS_SHARE);
    const forDoors = config.databasePoolSize - forLoops;
    const db = openDatabase({ url, maxConnections: forLoops, logger, limits });
    stops.push(() => db.close());
    const doorsDb = openDatabase({ url, maxConnections: forDoors, logger, limits });
    stops.push(() => doorsDb.close());
    const pools = [db.pool, doorsDb.pool];
    const metrics = createMetrics({ logger, pools, readLoad: () => readLoad(db) });
    const { roles } = config;
    const mail = mailOf(config);
    const pushKeys = await loadPushKeys(db);
    const pusher = createPusher({
      keys: pushKeys,
      subject: pushSubject(config.publicUrl),
      allowed: config.pushAllowedHosts,
    });
    const parts = { db, logger, metrics, channels, roles, mail, pusher, stops };
    const node = await startNode(parts);
    const address = await startDoors({
      ...node,
      config,
      pushKeys,
      doors: { ...node.deps, db: doorsDb },
    });
    const setupLink = await ensureSetupLink(node.deps, config.publicUrl);
    return { url: address, setupLink, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A part that can't stop in order, such as one whose database is away, keeps no other from stopping. */
async function stopPart(stop: Stop, logger: Logger): Promise<void> {
  try {
    await stop();
  } catch (error) {
    logger.warn({ err: error }, "a part did not stop in order");
  }
}

function mailOf({ mail, publicUrl }: Config) {
  return mail === null ? null : { publicUrl, mailer: createMailer(mail) };
}

/** Browsers subscribe with the public one, so all nodes have the same pair, for good. */
async function loadPushKeys(db: Database): Promise<PushKeys> {
  const fresh = JSON.stringify(createPushKeys());
  return JSON.parse(await ensureServerSecret(db, "push-keys", fresh)) as PushKeys;
}

/** Push services want to know whom to write to (RFC 8292 §2.1); some refuse a page of this machine. */
function pushSubject(publicUrl: string): string {
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === "https:" ? publicUrl : `mailto:webmaster@${hostname}`;
}

interface Process extends Node {
  readonly config: Config;
  readonly pushKeys: PushKeys;
  /** What requests work with. */
  readonly doors: Deps;
}

async function openPostgres(config: Config, logger: Logger, stops: Stop[]): Promise<string> {
  if (config.databaseUrl !== null) return config.databaseUrl;
  const postgres = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    logger,
    keepRunning: true,
  });
  stops.push(() => postgres.stop());
  return postgres.url;
}

/** Everything that listens. Gives the address. */
async function startDoors(node: Process): Promise<string> {
  const { config, doors: deps, metrics, stops } = node;
  const { db, logger } = deps;
  const auth = await openAuth({ db, publicUrl: config.publicUrl, logger });
  stops.push(() => auth.close());
  stops.push(node.signals.onAccess(() => auth.forget()));
  const withApi = config.roles.includes("http");
  // One for all doors: it remembers whose sign it passed on last.
  const activity = new ActivityNotes(deps);
  const onActivity: OnActivity = (member) => activity.note(member);
  const app = await buildHttpServer({
    deps,
    config: {
      publicUrl: config.publicUrl,
      trustProxy: trustedProxies(config.trustProxy),
      push: { publicKey: node.pushKeys.publicKey, allowed: config.pushAllowedHosts },
      webAppFolder: WEB_APP_FOLDER,
    },
    auth,
    channels,
    onActivity,
    withApi,
    registerMore: [
      (server) => registerHealth(server, { ...config, metrics, checks: readiness(db) }),
      ...(withApi
        ? [(s: FastifyInstance) => registerWebhooks(s, { deps, metrics, channels })]
        : []),
    ],
  });
  stops.push(() => closeDoors(app));
  if (config.roles.includes("realtime")) startRealtime(node, { app, auth, onActivity });
  await app.listen({ port: config.port, host: config.host });
  const address = app.server.address();
  return addressOf(address) ?? config.publicUrl;
}

/** Answers what is under way, refuses what comes; who is slower than the grace is cut off. */
async function closeDoors(app: FastifyInstance): Promise<void> {
  const cancelCut = after(REQUEST_GRACE_MS, () => app.server.closeAllConnections());
  await app.close();
  cancelCut();
}

type OnActivity = (member: MemberIdentity) => void;

function startRealtime(
  { config, deps, signals, metrics, nodeId, stops }: Process,
  { app, auth, onActivity }: { app: FastifyInstance; auth: Auth; onActivity: OnActivity },
): void {
  const { db, logger } = deps;
  const presence = new PresenceKeeper({ deps, nodeId });
  const hub = new RealtimeHub({ db, logger, signals, presence, metrics });
  presence.start();
  hub.start();
  const closeDoor = openEventsDoor({
    server: app.server,
    hub,
    logger,
    onActivity,
    authenticate: async ({ headers }, how) => (await auth.identify(headers, how))?.member ?? null,
    publicUrl: config.publicUrl,
  });
  stops.push(async () => {
    closeDoor();
    await hub.stop();
    await presence.stop();
  });
}

/** So many proxies in a row are ours, or those Fastify is told by name. */
function trustedProxies(
  trust: Config["trustProxy"],
): boolean | string | ((address: string, hop: number) => boolean) {
  return typeof trust === "number" ? (_address, hop) => hop < trust : trust;
}

function readiness(db: Database): Record<string, () => Promise<void>> {
  return {
    database: async () => {
      const [row] = await db.query<{ replica: boolean }>("select pg_is_in_recovery() as replica");
      if (row?.replica === true) throw new Error("a replica, which takes no writes");
    },
    migrations: async () => {
      const missing = await readMissingMigrations(db);
      if (missing.length > 0) throw new Error(`not applied: ${missing.join(", ")}`);
    },
  };
}

function addressOf(address: AddressInfo | string | null): string | null {
  if (address === null || typeof address === "string") return null;
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
