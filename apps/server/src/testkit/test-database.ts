import { type Database, openDatabase } from "../platform/database.ts";
import { createLogger } from "../platform/logger.ts";
import {
  createRunDatabase,
  dropRunDatabase,
  migratedDatabase,
  runDatabaseUrl,
} from "./run-database.ts";

export interface TestDatabase {
  readonly url: string;
  readonly db: Database;
  /** Closes `db` and removes the database, whoever else is still connected. */
  drop(): Promise<void>;
}

/** A database of its own in the PostgreSQL of this test run, up to date. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = await createRunDatabase("test", await migratedDatabase());
  const url = runDatabaseUrl(name);
  const logger = createLogger("silent");
  const db = openDatabase({ url, maxConnections: 10, logger });
  return {
    url,
    db,
    drop: async () => {
      await db.close();
      await dropRunDatabase(name);
    },
  };
}
