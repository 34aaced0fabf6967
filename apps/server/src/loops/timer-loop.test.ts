import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Deps } from "../actions/deps.ts";
import { createMetrics } from "../platform/metrics.ts";
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
  const metrics = createMetrics({
    logger: deps.logger,
    pool: deps.db.pool,
    readLoad: () => Promise.reject(new Error("nobody asks")),
  });
  const timers = createTimerLoop({ ...deps, db }, metrics);
  timers.loop.start();
  await vi.waitFor(() => expect(looked.length).toBeGreaterThan(1), { timeout: 700 });
  await timers.loop.stop();
});
