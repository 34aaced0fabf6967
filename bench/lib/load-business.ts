import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { whatsapp } from "@punctual/channel-whatsapp";
import { AssignmentRuleInput, DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { writeMember } from "../../apps/server/src/actions/add-member.ts";
import { createAccount } from "../../apps/server/src/actions/create-account.ts";
import { createChannel } from "../../apps/server/src/actions/create-channel.ts";
import type { Deps, Signals } from "../../apps/server/src/actions/deps.ts";
import { createRule } from "../../apps/server/src/actions/save-rule.ts";
import { saveClockSettings } from "../../apps/server/src/actions/save-settings.ts";
import { openDatabase } from "../../apps/server/src/platform/database.ts";
import { connectToEmbeddedPostgres } from "../../apps/server/src/platform/embedded-postgres/embedded-postgres.ts";
import { createLogger } from "../../apps/server/src/platform/logger.ts";
import { COMMAND_LINE } from "../../apps/server/src/store/audit-log.ts";
import { seedSessions } from "../../apps/server/src/testkit/seed-sessions.ts";
import type { LoadTarget } from "./load-plan.ts";
import { type RealServer, startRealServer } from "./real-server.ts";

/** A server of its own process, and a connection beside it to look into its database. */
export interface LoadServer {
  readonly server: RealServer;
  readonly deps: Deps;
  close(): Promise<void>;
}

/** A business with open sessions, ready to be written to. */
export interface LoadBusiness {
  readonly accountId: string;
  readonly channelId: string;
  readonly memberIds: readonly string[];
  readonly target: LoadTarget;
}

export interface LoadBusinessSize {
  /** Tells the businesses of one server apart. */
  readonly number: number;
  readonly members: number;
  readonly customers: number;
  /** When the first session is due to close, and over what span the others follow; half an hour, a minute. */
  readonly firstDueInMs?: number;
  readonly spanMs?: number;
}

const MINUTE_MS = 60_000;

const SILENT: Signals = {
  deadlineAt: () => undefined,
  outbox: () => undefined,
  events: () => undefined,
  line: () => undefined,
  settings: () => undefined,
  mail: () => undefined,
  alerts: () => undefined,
  access: () => undefined,
};

/** Starts a server on a new database in `folder`. */
export async function startLoadServer(folder: string): Promise<LoadServer> {
  const dataDir = await mkdtemp(join(folder, "punctual-load-"));
  // As root the database runs as an account without rights, which must be able to enter.
  await chmod(dataDir, 0o755);
  const server = await startRealServer(dataDir);
  const postgres = await connectToEmbeddedPostgres({ dataDir });
  if (postgres === null) throw new Error("the server runs no PostgreSQL");
  const logger = createLogger("warn");
  const db = openDatabase({ url: postgres.url, maxConnections: 4, logger });
  return {
    server,
    deps: { db, logger, signals: SILENT, limitsOf: () => whatsapp.limits, mail: null },
    close: async () => {
      await db.close();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * A business whose members get sessions in turn, with all three settings of the clock on with half an
 * hour and more, and open sessions of so many customers.
 */
export async function createLoadBusiness(
  deps: Deps,
  {
    number,
    members,
    customers,
    firstDueInMs = 30 * MINUTE_MS,
    spanMs = MINUTE_MS,
  }: LoadBusinessSize,
): Promise<LoadBusiness> {
  const { accountId } = await createAccount(deps, { name: `Bench ${number}`, by: COMMAND_LINE });
  const memberIds = await hireAll(deps, accountId, members);
  const config = {
    phoneNumberId: String(106_540_352_242_922 + number),
    accessToken: "token",
    appSecret: "secret",
    verifyToken: "verify",
    graphUrl: "http://127.0.0.1:9",
  };
  const channel = { accountId, name: "Bench", config, by: COMMAND_LINE };
  const { channelId } = await createChannel(deps, whatsapp, channel);
  await configure(deps, accountId);
  const [now] = await deps.db.query<{ ms: number }>("select now_ms() as ms");
  const firstDueAt = (now?.ms ?? 0) + firstDueInMs;
  const seed = { accountId, channelId, memberId: memberIds[0] ?? "", firstDueAt };
  await seedSessions(deps.db, { ...seed, count: customers, spanMs });
  const { appSecret, phoneNumberId } = config;
  const path = `/webhooks/whatsapp/${channelId}`;
  const firstPhone = FIRST_PHONE;
  const target: LoadTarget = { path, appSecret, phoneNumberId, firstPhone, customers };
  return { accountId, channelId, memberIds, target };
}

/** As `seedSessions` numbers them. */
const FIRST_PHONE = 84_900_000_001;

async function hireAll({ db }: Deps, accountId: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 1; number <= count; number++) {
    const email = `m${number}@${accountId}.test`;
    // Who sees every session: a message then comes to all screens of its business.
    const member = { accountId, email, name: `Member ${number}`, role: "supervisor" } as const;
    ids.push(await db.transaction((tx) => writeMember(tx, { ...member, by: COMMAND_LINE })));
  }
  return ids;
}

async function configure(deps: Deps, accountId: string): Promise<void> {
  const { closure, reassign, reply } = DEFAULT_CLOCK_SETTINGS;
  await saveClockSettings(deps, {
    accountId,
    channelId: null,
    settings: {
      closure: { ...closure, enabled: true, afterMinutes: 30, message: "Goodbye {{contact.name}}" },
      reassign: { ...reassign, enabled: true, afterMinutes: 30 },
      reply: { ...reply, enabled: true, limitMinutes: 60 },
    },
    applyTo: "all",
    by: COMMAND_LINE,
  });
  const rule = { name: "In turn", target: { everyone: true }, onlineOnly: false };
  await createRule(deps, { accountId, by: COMMAND_LINE }, AssignmentRuleInput.parse(rule));
  await deps.db.query("update clock_settings set applied_at = now_ms()");
}
