import pg from "pg";
import { expect } from "vitest";

/**
 * Stops a server at a step without its knowledge: a table that the step needs is locked. A process
 * killed there leaves its transaction waiting in PostgreSQL: what becomes of it is for the test to say.
 */
export interface Halt {
  /** Settles when a statement that matches waits for the table. */
  reached(statement: RegExp): Promise<void>;
  /** The waiting transactions are lost, as if the connection had broken before the commit. */
  rollBack(): Promise<void>;
  /** The waiting statements go on. After their sender's death only a `commit` still has an effect. */
  letPass(): Promise<void>;
}

const POLL = { timeout: 20_000, interval: 10 };

/** Locks a table of the database against everybody. */
export async function haltAt(url: string, table: string): Promise<Halt> {
  const client = new pg.Client({ connectionString: url, application_name: "halt" });
  // A test that failed before it released the lock drops the database under it.
  client.on("error", () => undefined);
  await client.connect();
  await client.query("begin");
  await client.query(`lock table ${table} in access exclusive mode`);
  const waiting = async () => {
    // Inside a transaction, activity is otherwise shown as it was when first asked for.
    await client.query("select pg_stat_clear_snapshot()");
    const { rows } = await client.query<{ pid: number; query: string }>(
      `select a.pid, a.query from pg_locks l join pg_stat_activity a on a.pid = l.pid
       where not l.granted and l.relation = $1::regclass and a.datname = current_database()`,
      [table],
    );
    return rows;
  };
  const release = async (pids: readonly number[]) => {
    await client.query("rollback");
    await expect.poll(() => working(client, pids), POLL).toBe(0);
    await client.end();
  };
  return {
    reached: async (statement) => {
      const statements = async () => (await waiting()).map((row) => row.query.trim());
      await expect.poll(statements, POLL).toContainEqual(expect.stringMatching(statement));
    },
    rollBack: async () => {
      const pids = (await waiting()).map((row) => row.pid);
      await client.query("select pg_terminate_backend(pid) from unnest($1::int[]) as pid", [pids]);
      await release(pids);
    },
    letPass: async () => release((await waiting()).map((row) => row.pid)),
  };
}

/** How many of these are still in a transaction. */
async function working(client: pg.Client, pids: readonly number[]): Promise<number> {
  const { rows } = await client.query(
    "select 1 from pg_stat_activity where pid = any ($1::int[]) and xact_start is not null",
    [pids],
  );
  return rows.length;
}
