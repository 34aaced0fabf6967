import type { AnyChannel, Deps } from "../actions/deps.ts";
import { type Config, readConfig } from "../config.ts";
import { createSignals } from "../loops/signals.ts";
import { type Database, openDatabase } from "../platform/database.ts";
import { startEmbeddedPostgres } from "../platform/embedded-postgres/embedded-postgres.ts";
import { createLogger } from "../platform/logger.ts";
import { migrate } from "../store/migrate.ts";
import { channels } from "./channels.ts";

/** What a command works with: the same as the server's actions. */
export interface CommandContext {
  readonly config: Config;
  readonly deps: Deps;
}

/**
 * Runs `work` on the database of the server, which may be running or not: the embedded PostgreSQL is
 * shared with it, or started for the command's duration. What `work` commits reaches a running
 * server's loops at once.
 */
export async function withServer<T>(work: (context: CommandContext) => Promise<T>): Promise<T> {
  return await withDatabase(async (config, db) => {
    await migrate(db.url);
    const logger = createLogger("silent");
    const signals = await createSignals(db, logger);
    try {
      const mail = config.mail === null ? null : { publicUrl: config.publicUrl };
      return await work({ config, deps: { db, logger, signals, limitsOf, mail } });
    } finally {
      await signals.stop();
    }
  });
}

/** The same without bringing the schema up to date first. */
export async function withDatabase<T>(
  work: (config: Config, db: Database) => Promise<T>,
): Promise<T> {
  const config = readConfig();
  const embedded =
    config.databaseUrl === null ? await startEmbeddedPostgres({ dataDir: config.dataDir }) : null;
  const url = embedded?.url ?? config.databaseUrl ?? "";
  const logger = createLogger("silent");
  const applicationName = "punctual command";
  const db = openDatabase({ url, maxConnections: 4, logger, applicationName });
  try {
    return await work(config, db);
  } finally {
    await db.close();
    await embedded?.stop();
  }
}

function limitsOf(kind: string): AnyChannel["limits"] {
  const channel = channels.get(kind);
  if (channel === undefined) throw new Error(`there is no channel of the kind ${kind}`);
  return channel.limits;
}
