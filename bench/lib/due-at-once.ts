import { setTimeout as sleep } from "node:timers/promises";
import type { Queryable } from "../../apps/server/src/platform/database.ts";
import { seedSessions } from "../../apps/server/src/testkit/seed-sessions.ts";
import type { BenchBusiness } from "./bench-server.ts";
import { withEnoughTime } from "./with-enough-time.ts";

/** Nobody's deadline: far enough that no benchmark reaches it. */
export const NEVER_MS = 30 * 24 * 3_600_000;

/** Closed a little earlier and not counted: a server in service has its code compiled. */
export const WARM_UP = { sessions: 2_000, leadMs: 2_000 };

/**
 * Prepares something that must be finished a little before an instant that it is given, epoch ms, and
 * gives the instant for which that was so.
 * @param expectedMs how long it takes.
 */
export async function prepareFor(
  expectedMs: number,
  prepare: (dueAt: number) => Promise<void>,
): Promise<number> {
  return await withEnoughTime(expectedMs + SPARE_MS, async (allowedMs) => {
    const dueAt = Date.now() + allowedMs;
    await prepare(dueAt);
    return Date.now() < dueAt - READY_MS ? dueAt : null;
  });
}

const SPARE_MS = 2_000 + WARM_UP.leadMs;
const READY_MS = 500 + WARM_UP.leadMs;

/**
 * Writes open sessions that are all due to close at one instant, and some that are due a little before,
 * in place of those that are there.
 */
export async function seedDueAt(
  business: BenchBusiness,
  count: number,
  dueAt: number,
): Promise<void> {
  const { db } = business.deps;
  await db.query("truncate sessions, contacts, contact_identities");
  const sessions = count + WARM_UP.sessions;
  await seedSessions(db, { ...business, count: sessions, firstDueAt: dueAt, spanMs: 0 });
  const firstDueAt = dueAt - WARM_UP.leadMs;
  await moveDeadlines(business, { count: WARM_UP.sessions, firstDueAt, spanMs: 0 });
}

/**
 * Brings the deadlines of the last so many sessions forward, one after the other over a span. Facts move
 * along, since a deadline is recomputed from them. Gives each one's deadline, epoch ms.
 */
export async function moveDeadlines(
  { deps, accountId }: BenchBusiness,
  move: { readonly count: number; readonly firstDueAt: number; readonly spanMs: number },
): Promise<Map<string, number>> {
  // Ids grow as sessions are seeded.
  const rows = await deps.db.query<{ id: string; due: number }>(
    `with last as materialized (
       select id, row_number() over (order by id) - 1 as number
       from (select id from sessions where account_id = $1 and closed_at is null
         order by id desc limit $2) few
     ), due as materialized (
       select id, $3::bigint + floor($4::float8 * number / $2)::bigint as at from last
     )
     update sessions s set close_at = due.at,
       last_agent_message_at = s.last_agent_message_at + due.at - s.close_at
     from due where s.account_id = $1 and s.id = due.id
     returning s.id, s.close_at as due`,
    [accountId, move.count, move.firstDueAt, move.spanMs],
  );
  return new Map(rows.map(({ id, due }) => [id, due]));
}

/** Waits until so many closes are committed. Gives when the first began after the warm-up, and the end. */
export async function untilClosed(
  db: Queryable,
  count: number,
): Promise<{ readonly beganAt: number; readonly endedAt: number }> {
  const all = count + WARM_UP.sessions;
  let beganAt: number | null = null;
  for (;;) {
    // Numbers are taken before they are committed: they tell cheaply when counting is worth it.
    const [sequence] = await db.query<{ taken: number }>(
      `select case when is_called then last_value else 0 end as taken from timeline_seq_seq`,
    );
    const taken = sequence?.taken ?? 0;
    if (taken > WARM_UP.sessions) beganAt ??= Date.now();
    if (taken >= all && (await countClosed(db)) >= all) break;
    await sleep(5);
  }
  return { beganAt: beganAt ?? Date.now(), endedAt: Date.now() };
}

async function countClosed(db: Queryable): Promise<number> {
  const [row] = await db.query<{ count: number }>("select count(*) from timeline");
  return row?.count ?? 0;
}

const WRITTEN = ["sessions", "messages", "outbox", "timeline", "events"];

/** Rows in the tables that a close writes, to show that everybody did the same work. */
export async function countRows(db: Queryable): Promise<string> {
  const counts = WRITTEN.map((table) => {
    const which = table === "sessions" ? "closed_at is not null" : "session_id is not null";
    return `(select count(*) from ${table} where ${which}) as ${table}`;
  });
  const [row] = await db.query(`select ${counts.join(", ")}`);
  return JSON.stringify(row);
}
