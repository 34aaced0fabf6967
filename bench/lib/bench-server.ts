import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { whatsapp } from "@punctual/channel-whatsapp";
import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { writeMember } from "../../apps/server/src/actions/add-member.ts";
import { createAccount } from "../../apps/server/src/actions/create-account.ts";
import { createChannel } from "../../apps/server/src/actions/create-channel.ts";
import type { Deps, Signals } from "../../apps/server/src/actions/deps.ts";
import { saveClockSettings } from "../../apps/server/src/actions/save-settings.ts";
import { openDatabase } from "../../apps/server/src/platform/database.ts";
import { startEmbeddedPostgres } from "../../apps/server/src/platform/embedded-postgres/embedded-postgres.ts";
import { createLogger } from "../../apps/server/src/platform/logger.ts";
import { COMMAND_LINE } from "../../apps/server/src/store/audit-log.ts";
import { migrate } from "../../apps/server/src/store/migrate.ts";
import { onInterrupt } from "./on-interrupt.ts";

export interface BenchBusiness {
  readonly deps: Deps;
  readonly accountId: string;
  readonly channelId: string;
  readonly memberId: string;
  /** Of its database. */
  readonly url: string;
  readonly dataDir: string;
}

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

/**
 * Gives `measure` a business that closes after 30 minutes and answers within four hours, on a PostgreSQL
 * of its own with production settings, and takes all of it away afterwards.
 * @param folder where its data lies: a RAM disk or a disk.
 */
export async function onBenchBusiness<T>(
  folder: string,
  measure: (business: BenchBusiness) => Promise<T>,
): Promise<T> {
  const dataDir = await mkdtemp(join(folder, "punctual-bench-"));
  // As root the database runs as an account without rights, which must be able to enter.
  await chmod(dataDir, 0o755);
  const postgres = await startEmbeddedPostgres({ dataDir });
  const takeAway = async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  const uninterrupted = onInterrupt(takeAway);
  try {
    await migrate(postgres.url);
    const logger = createLogger("error");
    const db = openDatabase({ url: postgres.url, maxConnections: 10, logger });
    try {
      const deps: Deps = {
        db,
        logger,
        signals: SILENT,
        limitsOf: () => whatsapp.limits,
        mail: null,
      };
      const ids = await foundBusiness(deps);
      return await measure({ deps, ...ids, url: postgres.url, dataDir });
    } finally {
      await db.close();
    }
  } finally {
    uninterrupted();
    await takeAway();
  }
}

/** What its WhatsApp number is reached by; nothing that it sends leaves the machine. */
export const BENCH_NUMBER = {
  phoneNumberId: "106540352242922",
  accessToken: "token",
  appSecret: "secret",
  verifyToken: "verify",
  graphUrl: "http://127.0.0.1:9",
};

async function foundBusiness(
  deps: Deps,
): Promise<Pick<BenchBusiness, "accountId" | "channelId" | "memberId">> {
  const { db } = deps;
  const { accountId } = await createAccount(deps, { name: "Bench", by: COMMAND_LINE });
  const channel = { accountId, name: "Bench", config: BENCH_NUMBER, by: COMMAND_LINE };
  const { channelId } = await createChannel(deps, whatsapp, channel);
  const member = { accountId, email: "bench@punctual.test", name: "Bench", role: "agent" } as const;
  const memberId = await db.transaction((tx) => writeMember(tx, { ...member, by: COMMAND_LINE }));
  const { closure, reassign, reply } = DEFAULT_CLOCK_SETTINGS;
  await saveClockSettings(deps, {
    accountId,
    channelId: null,
    settings: {
      closure: { ...closure, enabled: true, afterMinutes: 30, message: "Goodbye {{contact.name}}" },
      reassign,
      reply: { ...reply, enabled: true, limitMinutes: 240 },
    },
    applyTo: "all",
    by: COMMAND_LINE,
  });
  await db.query("update clock_settings set applied_at = now_ms()");
  return { accountId, channelId, memberId };
}
