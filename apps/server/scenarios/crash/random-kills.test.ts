/**
 * The server is killed at random moments under load. `PUNCTUAL_CRASH_ROUNDS` kills (10), beginning with
 * `PUNCTUAL_CRASH_SEED` (a new one each time); a failure names its seed.
 */
import { randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { afterEach, beforeEach, expect, test } from "vitest";
import { auditCrash } from "../../src/testkit/crash-audit.ts";
import { type CrashLoad, startCrashLoad } from "../../src/testkit/crash-load.ts";
import { seededRandom } from "../../src/testkit/crash-random.ts";
import { type CrashStage, SOON, setCrashStage } from "../../src/testkit/crash-stage.ts";
import { type MovableClock, movableClock } from "../../src/testkit/movable-clock.ts";
import { createTestDatabase, type TestDatabase } from "../../src/testkit/test-database.ts";

const ROUNDS = Number(process.env.PUNCTUAL_CRASH_ROUNDS ?? 10);
const SEED = Number(process.env.PUNCTUAL_CRASH_SEED ?? randomInt(2 ** 31));
const LONGEST_LIFE_MS = 900;

const { closure, reassign, reply } = DEFAULT_CLOCK_SETTINGS;
const SETTINGS = {
  closure: { ...closure, enabled: true, afterMinutes: 1, message: "Bye" },
  reassign: { ...reassign, enabled: true, afterMinutes: 1 },
  reply: { ...reply, enabled: true, limitMinutes: 2, warnMinutes: 1 },
};

let database: TestDatabase;
let clock: MovableClock;
let stage: CrashStage;

beforeEach(async () => {
  database = await createTestDatabase();
  clock = await movableClock(database.db);
  stage = await setCrashStage(database.db, { DATABASE_URL: database.url }, SETTINGS);
});
afterEach(async () => {
  await stage.close();
  await database.drop();
});

test(
  `customers lose nothing and get nothing twice, however often the server is killed (seed ${SEED})`,
  async () => {
    const random = seededRandom(SEED);
    const load = await startCrashLoad({ stage, db: database.db, clock, random, customers: 100 });
    await stage.whatsapp.setFault({ kind: "duplicate", copies: 2, concurrent: true });
    await stage.whatsapp.setFault({ kind: "slowAnswer", ms: 30 });
    for (let round = 0; round < ROUNDS; round++) {
      await stage.start();
      await stage.whatsapp.setFault({ kind: "batch", max: 5, times: 10, updates: "messages" });
      await stage.whatsapp.setFault({ kind: "acceptedNoAnswer", socket: "destroy", times: 1 });
      await pause(random.below(LONGEST_LIFE_MS));
      await stage.kill();
    }
    await load.stop();
    await stage.start();
    await comeToRest();
    await expectNothingLostOrDoubled(load);
  },
  60_000 + ROUNDS * 10_000,
);

/** Everything the provider has is handed over, everything due is decided, every send is settled. */
async function comeToRest(): Promise<void> {
  await stage.whatsapp.clearFaults();
  await stage.whatsapp.flush();
  await stage.whatsapp.waitUntilIdle(60_000);
  await clock.advance({ seconds: 50 });
  await expect.poll(unsettled, SOON).toBe(0);
  await stage.whatsapp.waitUntilIdle(60_000);
  await expect.poll(unsettled, SOON).toBe(0);
}

/** Sends that are under way, and deadlines that have come. */
async function unsettled(): Promise<number> {
  const [row] = await database.db.query<{ n: number }>(
    `select (select count(*) from outbox)
       + (select count(*) from sessions where next_due_at <= now_ms()) as n`,
  );
  return row?.n ?? 0;
}

async function expectNothingLostOrDoubled(load: CrashLoad): Promise<void> {
  const { db } = database;
  expect(load.written.length).toBeGreaterThan(ROUNDS * 20);
  const stored = await db.query<{ id: string }>(
    "select external_id as id from messages where kind = 'inbound'",
  );
  expect(stored.map(({ id }) => id).sort()).toEqual([...load.written].sort());

  const received = await Promise.all(load.customerIds.map((id) => stage.whatsapp.sent(id)));
  const references = received.flat().map(({ reference }) => reference);
  expect(new Set(references).size).toBe(references.length);
  const arrived = await db.query<{ id: string }>(
    `select id from messages where kind in ('agent', 'automatic')
       and delivery in ('sent', 'delivered', 'read')`,
  );
  expect(arrived.map(({ id }) => id).sort()).toEqual([...references].sort());

  expect(await auditCrash(db)).toEqual([]);
  expect(load.wrongAnswers).toEqual([]);
  expect(stage.errors()).toEqual([]);
  const acts = await db.query<{ kind: string }>("select distinct kind from timeline");
  expect(acts.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(["closed", "assigned", "overdue", "answered", "sendUnknown"]),
  );
}
