import pg from "pg";
import { inject } from "vitest";
import { type Database, openDatabase } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { createLogger } from "../platform/logger.ts";
import { migrate } from "../store/migrate.ts";

export interface TestDatabase {
  readonly url: string;
  readonly db: Database;
  /** Closes `db` and removes the database, whoever else is still connected. */
  drop(): Promise<void>;
}

/** A database of its own in the PostgreSQL of this test run, brought up to date. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject("postgresUrl");
  const name = `test_${newId().replaceAll("-", "")}`;
  await runOnServer(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  await migrate(url.href);
  const logger = createLogger("silent");
  const db = openDatabase({ url: url.href, maxConnections: 10, logger });
  return {
    url: url.href,
    db,
    drop: async () => {
      await db.close();
      await dropDatabase(server, name);
    },
  };
}

/** An autovacuum worker in it can't be ended by us: then it goes with the whole server of the run. */
async function dropDatabase(server: string, name: string): Promise<void> {
  try {
    await runOnServer(server, `drop database ${name} with (force)`);
  } catch (error) {
    const refused =
      error instanceof pg.DatabaseError && ["42501", "55006"].includes(error.code ?? "");
    if (!refused) throw error;
  }
}

async function runOnServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
