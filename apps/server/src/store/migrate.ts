import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";

const FOLDER = fileURLToPath(new URL("./migrations/", import.meta.url));

/** Any two processes that migrate the same database take this advisory lock in turn. */
const LOCK_KEY = 8_217_410_553;

const OLDEST_POSTGRES = 150_000;

/**
 * Brings the schema up to date: forward only, each file in a transaction of its own, under an advisory
 * lock so that several nodes may start at once. Gives the names of the files it applied.
 */
export async function migrate(url: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url, application_name: "punctual migrate" });
  await client.connect();
  try {
    await requireVersion(client);
    await client.query("select pg_advisory_lock($1)", [LOCK_KEY]);
    return await applyMissing(client);
  } finally {
    await client.end();
  }
}

async function requireVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: number }>(
    "select current_setting('server_version_num')::int as version",
  );
  const version = rows[0]?.version ?? 0;
  if (version < OLDEST_POSTGRES) {
    throw new Error("PostgreSQL 15 or newer is needed. Upgrade it, or leave DATABASE_URL unset.");
  }
}

async function applyMissing(client: pg.Client): Promise<readonly string[]> {
  await client.query(
    "create table if not exists migrations (name text primary key, applied_at timestamptz not null)",
  );
  const { rows } = await client.query<{ name: string }>("select name from migrations");
  const done = new Set(rows.map((row) => row.name));
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith(".sql")).sort();
  const missing = files.filter((name) => !done.has(name));
  for (const name of missing) {
    const sql = await readFile(new URL(name, new URL("./migrations/", import.meta.url)), "utf8");
    await applyOne(client, name, sql);
  }
  return missing;
}

async function applyOne(client: pg.Client, name: string, sql: string): Promise<void> {
  try {
    await client.query("begin");
    await client.query(sql);
    await client.query("insert into migrations values ($1, clock_timestamp())", [name]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw new Error(`migration ${name} failed`, { cause: error });
  }
}
