import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
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
import { migrate } from "../../apps/server/src/store/migrate.ts";

export interface BenchBusiness {
  readonly deps: Deps;
  readonly accountId: string;
  readonly channelId: string;
  readonly memberId: string;
  readonly url: string;
  close(): Promise<void>;
}

const SILENT: Signals = {
  deadlineAt: () => undefined,
  outbox: () => undefined,
  events: () => undefined,
  line: () => undefined,
  settings: () => undefined,
};

/**
 * A business that closes after 30 minutes, on a PostgreSQL of its own with production settings.
 * @param folder where its data lies: a RAM disk, or (`os.tmpdir()` by default) a disk.
 */
export async function benchBusiness(folder = tmpdir()): Promise<BenchBusiness> {
  const dataDir = await mkdtemp(join(folder, "punctual-bench-"));
  // As root the database runs as an account without rights, which must be able to enter.
  await chmod(dataDir, 0o755);
  const postgres = await startEmbeddedPostgres({ dataDir });
  await migrate(postgres.url);
  const logger = createLogger("warn");
  const db = openDatabase({ url: postgres.url, maxConnections: 10, logger });
  const deps: Deps = { db, logger, signals: SILENT, limitsOf: () => whatsapp.limits };
  const { accountId } = await createAccount(deps, { name: "Bench" });
  const { channelId } = await createChannel(deps, whatsapp, {
    accountId,
    name: "Bench",
    config: {
      phoneNumberId: "1",
      accessToken: "t",
      appSecret: "s",
      verifyToken: "v",
      graphUrl: "http://127.0.0.1:9",
    },
  });
  const member = { accountId, email: "bench@punctual.test", name: "Bench", role: "agent" } as const;
  const memberId = await db.transaction((tx) => writeMember(tx, member));
  const { closure, reassign, reply } = DEFAULT_CLOCK_SETTINGS;
  await saveClockSettings(deps, {
    accountId,
    channelId: null,
    settings: {
      closure: { ...closure, enabled: true, afterMinutes: 30, message: "Goodbye {{contact.name}}" },
      reassign,
      reply,
    },
    applyTo: "all",
    by: null,
  });
  await db.query("update clock_settings set applied_at = now_ms()");
  return {
    deps,
    accountId,
    channelId,
    memberId,
    url: postgres.url,
    close: async () => {
      await db.close();
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
