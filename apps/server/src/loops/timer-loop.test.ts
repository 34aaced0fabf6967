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
  const firstDueAt = (await business.clock.now()) - 1_000;
  const seed = { accountId, channelId, memberId: bao.id, count: 3_500, firstDueAt, spanMs: 0 };
  await seedSessions(deps.db, seed);
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
