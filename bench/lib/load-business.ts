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
import { type Database, openDatabase } from "../../apps/server/src/platform/database.ts";
import { connectToEmbeddedPostgres } from "../../apps/server/src/platform/embedded-postgres/embedded-postgres.ts";
import { createLogger } from "../../apps/server/src/platform/logger.ts";
import { seedSessions } from "../../apps/server/src/testkit/seed-sessions.ts";
import type { LoadPlan } from "./load-plan.ts";
import { type RealServer, startRealServer } from "./real-server.ts";

/** A server of its own process with a business that has open sessions, ready to be written to. */
export interface LoadBusiness {
  readonly server: RealServer;
  /** A connection beside the server, to look into its database. */
  readonly db: Database;
  readonly deps: Deps;
  readonly accountId: string;
  readonly channelId: string;
  readonly memberIds: readonly string[];
  /** What a plan says of the business. */
  readonly target: Pick<
    LoadPlan,
    "url" | "path" | "appSecret" | "phoneNumberId" | "firstPhone" | "customers"
  >;
  close(): Promise<void>;
}

const MEMBERS = 20;
const CONFIG = {
  phoneNumberId: "106540352242922",
  accessToken: "token",
  appSecret: "secret",
  verifyToken: "verify",
  graphUrl: "http://127.0.0.1:9",
};
/** As `seedSessions` numbers them. */
const FIRST_PHONE = 84_900_000_001;
const MINUTE_MS = 60_000;

const SILENT: Signals = {
  deadlineAt: () => undefined,
  outbox: () => undefined,
  events: () => undefined,
  line: () => undefined,
  settings: () => undefined,
};

/**
 * Starts a server on a database in `folder` and fills it: twenty members who get sessions in turn, all
 * three settings of the clock on with half an hour and more, and open sessions of `customers`.
 */
export async function startLoadBusiness(options: {
  readonly folder: string;
  readonly customers: number;
}): Promise<LoadBusiness> {
  const dataDir = await mkdtemp(join(options.folder, "punctual-load-"));
  // As root the database runs as an account without rights, which must be able to enter.
  await chmod(dataDir, 0o755);
  const server = await startRealServer(dataDir);
  const postgres = await connectToEmbeddedPostgres({ dataDir });
  if (postgres === null) throw new Error("the server runs no PostgreSQL");
  const logger = createLogger("warn");
  const db = openDatabase({ url: postgres.url, maxConnections: 4, logger });
  const deps: Deps = { db, logger, signals: SILENT, limitsOf: () => whatsapp.limits };
  const { accountId } = await createAccount(deps, { name: "Bench" });
  const memberIds = await hireAll(deps, accountId);
  const channel = { accountId, name: "Bench", config: CONFIG };
  const { channelId } = await createChannel(deps, whatsapp, channel);
  await configure(deps, accountId);
  const [now] = await db.query<{ ms: number }>("select now_ms() as ms");
  const firstDueAt = (now?.ms ?? 0) + 30 * MINUTE_MS;
  const seed = { accountId, channelId, memberId: memberIds[0] ?? "", firstDueAt };
  await seedSessions(db, { ...seed, count: options.customers, spanMs: MINUTE_MS });
  return {
    server,
    db,
    deps,
    accountId,
    channelId,
    memberIds,
    target: {
      url: server.url,
      path: `/webhooks/whatsapp/${channelId}`,
      appSecret: CONFIG.appSecret,
      phoneNumberId: CONFIG.phoneNumberId,
      firstPhone: FIRST_PHONE,
      customers: options.customers,
    },
    close: async () => {
      await db.close();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function hireAll({ db }: Deps, accountId: string): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 1; number <= MEMBERS; number++) {
    const member = { accountId, email: `m${number}@bench.test`, name: `Member ${number}` };
    ids.push(await db.transaction((tx) => writeMember(tx, { ...member, role: "agent" })));
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
    by: null,
  });
  const rule = { name: "In turn", target: { everyone: true }, onlineOnly: false };
  await createRule(deps, accountId, AssignmentRuleInput.parse(rule));
  await deps.db.query("update clock_settings set applied_at = now_ms()");
}
