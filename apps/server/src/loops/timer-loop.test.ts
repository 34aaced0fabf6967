import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Deps } from "../actions/deps.ts";
import { createMetrics } from "../platform/metrics.ts";
import { seedSessions } from "../testkit/seed-sessions.ts";
import { createTestBusiness, type TestBusiness } from "../testkit/test-business.ts";
import { createTimerLoop } from "./timer-loop.ts";

let business: TestBusiness;

beforeEach(async () => {
  business = await createTestBusiness();
});
afterEach(() => business.close());

test("a deadline armed while the loop looks for the nearest one is not slept through", async () => {
  const { deps, clock } = business;
  const looked: number[] = [];
  const db: Deps["db"] = {
    ...deps.db,
    query: async (sql, params) => {
      const rows = await deps.db.query(sql, params);
      if (looked.length === 0) timers.deadlineAt((await clock.now()) + 50);
      looked.push(performance.now());
      return rows as never;
    },
  };
  const timers = createTimerLoop({ ...deps, db }, metricsOf(deps));
  timers.loop.start();
  await vi.waitFor(() => expect(looked.length).toBeGreaterThan(1), { timeout: 700 });
  await timers.loop.stop();
});

test("a backlog is shared by two workers, and each session of it closes once", async () => {
  const { deps } = business;
  await seed(3_500, -1_000);
  let atOnce = 0;
  let most = 0;
  const db: Deps["db"] = {
    ...deps.db,
    transaction: async (work) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      return await deps.db.transaction(work).finally(() => {
        atOnce -= 1;
      });
    },
  };
  const timers = createTimerLoop({ ...deps, db }, metricsOf(deps));
  timers.loop.start();
  await vi.waitFor(async () => expect(await countOpen(deps)).toBe(0), { timeout: 10_000 });
  await timers.loop.stop();
  expect(most).toBe(2);
  const [closes] = await deps.db.query(
    "select count(*) as acts, count(distinct session_id) as sessions from timeline",
  );
  expect(closes).toEqual({ acts: 3_500, sessions: 3_500 });
});

test("what became due while a round fired is fired by the next, before anybody looks ahead", async () => {
  const { deps } = business;
  await seed(2, -1_000);
  const done: string[] = [];
  const db: Deps["db"] = {
    ...deps.db,
    transaction: (work) => {
      done.push("fire");
      return deps.db.transaction(work);
    },
    query: (sql, params) => {
      done.push("look");
      return deps.db.query(sql, params);
    },
  };
  const timers = createTimerLoop({ ...deps, db }, metricsOf(deps));
  timers.loop.start();
  await vi.waitFor(() => expect(done).toContain("look"), { timeout: 5_000 });
  await timers.loop.stop();
  expect(done.slice(0, 3)).toEqual(["fire", "fire", "look"]);
});

test("a deadline that nobody told of is found by looking behind", async () => {
  const { deps } = business;
  await seed(2, 3_600_000);
  const timers = createTimerLoop(deps, metricsOf(deps));
  timers.loop.start();
  timers.lookBehind.start();
  await timers.loop.stop();
  timers.loop.start();
  await deps.db.query(
    `update sessions set close_at = close_at - 7200000,
       last_agent_message_at = last_agent_message_at - 7200000
     where id = (select min(id::text)::uuid from sessions)`,
  );
  await vi.waitFor(async () => expect(await countOpen(deps)).toBe(1), { timeout: 5_000 });
  await timers.lookBehind.stop();
  await timers.loop.stop();
});

/** Open sessions, all due to close so many ms from now. */
async function seed(count: number, dueInMs: number): Promise<void> {
  const { deps, accountId, channelId } = business;
  await business.configure({
    closure: {
      enabled: true,
      afterMinutes: 30,
      message: "Bye",
      outsideWindow: "silent",
      reopenWithinMinutes: null,
    },
  });
  const bao = await business.hire("Bao");
  const firstDueAt = (await business.clock.now()) + dueInMs;
  const sessions = { accountId, channelId, memberId: bao.id, count, firstDueAt, spanMs: 0 };
  await seedSessions(deps.db, sessions);
}

function metricsOf({ logger, db }: Deps) {
  const readLoad = () => Promise.reject(new Error("nobody asks"));
  return createMetrics({ logger, pools: [db.pool], readLoad });
}

async function countOpen({ db }: Deps): Promise<number | undefined> {
  const [row] = await db.query<{ n: number }>(
    "select count(*) as n from sessions where closed_at is null",
  );
  return row?.n;
}
