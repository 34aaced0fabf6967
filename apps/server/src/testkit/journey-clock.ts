import type { Database } from "../platform/database.ts";

export interface Duration {
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly ms?: number;
}

/** The clock that decides, moved by hand while it also goes on by itself. */
export interface JourneyClock {
  /** Epoch ms. */
  now(): Promise<number>;
  /** Time passes while the server runs. */
  advance(by: Duration): Promise<void>;
  /** Time passes until this moment (epoch ms, or as the API writes it) is over. */
  reach(at: number | string | null): Promise<void>;
  /** Time passes until so long before this moment. */
  reachBefore(at: number | string | null, by: Duration): Promise<void>;
  /** Time passes while no node and no agent is there. */
  passUnattended(by: Duration): Promise<void>;
}

/** Everything that decides asks `now_ms()`, and that is what is replaced. */
export const CLOCK_SQL = `
  create table test_clock (ahead bigint not null);
  insert into test_clock values (0);
  grant select on test_clock to public;
  create or replace function now_ms() returns bigint language sql volatile parallel safe
    as $$ select floor(extract(epoch from clock_timestamp()) * 1000)::bigint
      + (select ahead from test_clock) $$;`;

/** Moves the clock of a database that `CLOCK_SQL` prepared. */
export function createJourneyClock(db: Database): JourneyClock {
  const now = async () => {
    const [row] = await db.query<{ now: number }>("select now_ms() as now");
    return row?.now ?? 0;
  };
  const advance = (by: number) =>
    db.transaction(async (tx) => {
      // Whoever looks for an outage reads the clock and the heartbeats: never one moved, one not.
      await tx.query("lock table nodes in access exclusive mode");
      await tx.query("update test_clock set ahead = ahead + $1", [by]);
      await tx.query("update nodes set heartbeat_at = heartbeat_at + $1", [by]);
      // Nobody speaks for the sockets of a node that has gone.
      await tx.query(
        `update member_connections set seen_at = seen_at + $1
         where node_id in (select id from nodes where stopped_at is null)`,
        [by],
      );
      // An empty notification says that nobody knows what changed: every loop looks for itself.
      await tx.query("select pg_notify('punctual', '')");
    });
  const reach = async (at: number | string | null, ms: number) => {
    const ahead = momentOf(at) + ms - (await now());
    if (ahead > 0) await advance(ahead);
  };
  return {
    now,
    advance: (by) => advance(msOf(by)),
    reach: (at) => reach(at, 2),
    reachBefore: (at, by) => reach(at, -msOf(by)),
    passUnattended: async (by) => {
      await db.query("update test_clock set ahead = ahead + $1", [msOf(by)]);
    },
  };
}

function msOf({ hours = 0, minutes = 0, seconds = 0, ms = 0 }: Duration): number {
  return hours * 3_600_000 + minutes * 60_000 + seconds * 1_000 + ms;
}

function momentOf(at: number | string | null): number {
  if (at === null) throw new Error("there is no such deadline");
  return typeof at === "number" ? at : Date.parse(at);
}
