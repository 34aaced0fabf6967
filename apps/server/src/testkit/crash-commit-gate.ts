import type { Queryable } from "../platform/database.ts";

/** The table to lock for a halt inside `commit`. */
export const COMMIT_GATE = "commit_gate";

/**
 * Makes every commit of a decision look at a table, which a test may lock: then the commit waits in
 * PostgreSQL, and happens later though whoever sent it has died.
 */
export async function buildCommitGate(db: Queryable): Promise<void> {
  await db.query(`create table ${COMMIT_GATE} ()`);
  await db.query(
    `create function pass_commit_gate() returns trigger language plpgsql
     as $$ begin perform from ${COMMIT_GATE}; return null; end $$`,
  );
  await db.query(
    `create constraint trigger commit_gate after insert on events
     deferrable initially deferred for each row execute function pass_commit_gate()`,
  );
}
