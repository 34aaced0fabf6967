import pg from "pg";
import type { Database } from "../platform/database.ts";
import { waitUntil } from "./journey-until.ts";

type Release = () => Promise<void>;

/** Locks by which a test chooses the order in which two things are committed. */
export interface Holds {
  holdSession(sessionId: string): Promise<Release>;
  holdCommits(): Promise<Release>;
  waiting(count: number): Promise<void>;
}

export function createHolds(db: Database): Holds {
  return {
    holdSession: (id) => hold(db.url, "select 1 from sessions where id = $1 for update", [id]),
    // Every decision writes to the timeline, after it has locked its sessions.
    holdCommits: () => hold(db.url, "lock table timeline in share mode", []),
    waiting: (count) =>
      waitUntil(async () => {
        const rows = await db.query(
          `select 1 from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return rows.length >= count;
      }, `${count} transactions to wait for a lock`),
  };
}

async function hold(url: string, sql: string, params: readonly string[]): Promise<Release> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("begin");
  await client.query(sql, [...params]);
  return async () => {
    await client.query("commit");
    await client.end();
  };
}
