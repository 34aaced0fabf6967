import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Deps } from "../actions/deps.ts";
import { createMetrics } from "../platform/metrics.ts";
import { changePace } from "../testkit/change-pace.ts";
import { waitUntil } from "../testkit/journey-until.ts";
import { seedSessions } from "../testkit/seed-sessions.ts";
import { createTestBusiness, type TestBusiness } from "../testkit/test-business.ts";
import { createTimerLoop } from "./timer-loop.ts";

let business: TestBusiness;

beforeEach(async () => {
  business = await createTestBusiness();
});
afterEach(() => business.close());

describe("when nothing is looked at by itself", () => {
  changePace({ timerPollMs: 3_600_000 });

  test("a deadline armed while the loop looks for the nearest one is not slept through", async () => {
    const { deps, clock } = business;
    let looks = 0;
    const db: Deps["db"] = {
      ...deps.db,
      query: async (sql, params) => {
        const rows = await deps.db.query(sql, params);
        if (looks === 0) timers.deadlineAt((await clock.now()) + 50);
        looks += 1;
        return rows as never;
      },
    };
    const timers = createTimerLoop({ ...deps, db }, metricsOf(deps));
    timers.loop.start();
    await waitUntil(async () => looks > 1, "the loop to wake");
    await timers.loop.stop();
  });
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
  await waitUntil(async () => (await countOpen(deps)) === 0, "all to close");
  await timers.loop.stop();
  expect(most).toBe(2);
  const [closes] = await deps.db.query(
    "select count(*) as acts, count(distinct session_id) as sessions from timeline",
  );
  expect(closes).toEqual({ acts: 3_500, sessions: 3_500 });
});

test("what became due while a round fired is fired by the next, before anybody looks ahead", async () => {
  const { deps } = business;
  await seed(2, 3_600_000);
  await makeDue("min");
  const done: string[] = [];
  const db: Deps["db"] = {
    ...deps.db,
    transaction: async (work) => {
      done.push("fire");
      const isFirst = done.length === 1;
      return await deps.db.transaction(async (tx) => {
        const result = await work(tx);
        if (isFirst) await makeDue("max");
        return result;
      });
    },
    query: (sql, params) => {
      done.push("look");
      return deps.db.query(sql, params);
    },
  };
  const timers = createTimerLoop({ ...deps, db }, metricsOf(deps));
  timers.loop.start();
  await waitUntil(async () => done.includes("look"), "the look ahead");
  await timers.loop.stop();
  expect(done.slice(0, 4)).toEqual(["fire", "fire", "fire", "look"]);
  expect(await countOpen(deps)).toBe(0);
});

test("a deadline that nobody told of is found by looking behind", async () => {
  const { deps } = business;
  await seed(2, 3_600_000);
  const timers = createTimerLoop(deps, metricsOf(deps));
  timers.loop.start();
  timers.lookBehind.start();
  await timers.loop.stop();
  timers.loop.start();
  await makeDue("min");
  await waitUntil(async () => (await countOpen(deps)) === 1, "it to close");
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

/** One of two sessions becomes due, and nobody is told. */
async function makeDue(which: "min" | "max"): Promise<void> {
  await business.deps.db.query(
    `update sessions set close_at = close_at - 7200000,
       last_agent_message_at = last_agent_message_at - 7200000
     where id = (select ${which}(id::text)::uuid from sessions)`,
  );
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
