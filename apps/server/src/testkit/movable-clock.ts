import type { Queryable } from "../platform/database.ts";

export interface MovableClock {
  /** Moves the database's clock forward. */
  advance(by: { minutes?: number; seconds?: number; ms?: number }): Promise<void>;
  /** Time passes while no node is there to notice. */
  passUnattended(by: { seconds: number }): Promise<void>;
  now(): Promise<number>;
}

/**
 * Makes the clock of a test database movable, so that no test waits for time to pass. Everything that
 * decides asks `now_ms()`, and that is what is replaced.
 */
export async function movableClock(db: Queryable): Promise<MovableClock> {
  await db.query("create table test_clock (ahead bigint not null)");
  await db.query("insert into test_clock values (0)");
  // Also for those who read as one business.
  await db.query("grant select on test_clock to public");
  await db.query(
    `create or replace function now_ms() returns bigint language sql volatile parallel safe
     as $$ select floor(extract(epoch from clock_timestamp()) * 1000)::bigint
       + (select ahead from test_clock) $$`,
  );
  return {
    advance: async ({ minutes = 0, seconds = 0, ms = 0 }) => {
      const by = minutes * 60_000 + seconds * 1_000 + ms;
      // One statement, or a beat in between would take the moved clock for an outage. Nodes go on
      // beating while time is moved, and agents stay connected.
      await db.query(
        `with clock as (update test_clock set ahead = ahead + $1),
           beats as (update nodes set heartbeat_at = heartbeat_at + $1)
         update member_connections set seen_at = seen_at + $1`,
        [by],
      );
      // An empty notification says that nobody knows what changed: every loop looks for itself.
      await db.query("select pg_notify('punctual', '')");
    },
    passUnattended: async ({ seconds }) => {
      await db.query("update test_clock set ahead = ahead + $1", [seconds * 1_000]);
    },
    now: async () => {
      const [row] = await db.query<{ now: number }>("select now_ms() as now");
      return row?.now ?? 0;
    },
  };
}
