/** Databases in the PostgreSQL of a test run: new ones, and copies of one that was prepared, in milliseconds. */
import pg from "pg";
import { inject } from "vitest";
import { newId } from "../platform/ids.ts";
import { migrate } from "../store/migrate.ts";
import { onceForRun } from "./once-for-run.ts";

/** A copy of a database, or a new one. Nobody may be connected to what is copied. */
export async function createRunDatabase(prefix: string, template?: string): Promise<string> {
  const name = `${prefix}_${newId().replaceAll("-", "")}`;
  // Nothing of it need survive a crash: its files are copied, not logged page by page.
  const copy = template === undefined ? "" : ` template ${template} strategy file_copy`;
  await runSql(inject("postgresUrl"), `create database ${name}${copy}`);
  return name;
}

/** The name of a database that is up to date and that nobody uses. */
export function migratedDatabase(): Promise<string> {
  return onceForRun("migrated-database", async () => {
    const name = await createRunDatabase("migrated");
    await migrate(runDatabaseUrl(name));
    return name;
  });
}

export function runDatabaseUrl(name: string): string {
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${name}`;
  return url.href;
}

/**
 * Whoever still is in it is thrown out. An autovacuum worker in it can't be ended by us: then it goes with
 * the whole server of the run.
 */
export async function dropRunDatabase(name: string): Promise<void> {
  try {
    await runSql(inject("postgresUrl"), `drop database ${name} with (force)`);
  } catch (error) {
    const refused =
      error instanceof pg.DatabaseError && ["42501", "55006"].includes(error.code ?? "");
    if (!refused) throw error;
  }
}

export async function runSql(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
