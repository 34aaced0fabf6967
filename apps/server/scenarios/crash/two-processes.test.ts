/** Two servers share one database, and one of them is killed in the middle of its work. */
import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { auditCrash } from "../../src/testkit/crash-audit.ts";
import { haltAt } from "../../src/testkit/crash-halt.ts";
import type { ServerProcess } from "../../src/testkit/crash-server.ts";
import {
  addCrashCustomer,
  type CrashCustomer,
  type CrashStage,
  SOON,
  setCrashStage,
} from "../../src/testkit/crash-stage.ts";
import { type MovableClock, movableClock } from "../../src/testkit/movable-clock.ts";
import { createTestDatabase, type TestDatabase } from "../../src/testkit/test-database.ts";

const { closure } = DEFAULT_CLOCK_SETTINGS;
const SETTINGS = { closure: { ...closure, enabled: true, afterMinutes: 30, message: "Bye" } };
const STALE = { seconds: 46 };

let database: TestDatabase;
let clock: MovableClock;
let stage: CrashStage;
let first: ServerProcess;
let customers: CrashCustomer[];

beforeEach(async () => {
  database = await createTestDatabase();
  clock = await movableClock(database.db);
  stage = await setCrashStage(database.db, { DATABASE_URL: database.url }, SETTINGS);
  first = await stage.start();
  customers = [];
});
afterEach(async () => {
  await stage.close();
  await database.drop();
});

/** Customers who wrote and were answered. */
async function serve(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const customer = await addCrashCustomer(stage, database.db);
    customers.push(customer);
    await customer.write("Hello");
  }
  await stage.whatsapp.waitUntilIdle();
  await Promise.all(customers.map((customer) => customer.answered("Hi")));
  await stage.whatsapp.waitUntilIdle();
}

async function unsettled(): Promise<number> {
  const [row] = await database.db.query<{ n: number }>(
    `select (select count(*) from outbox)
       + (select count(*) from sessions where closed_at is null) as n`,
  );
  return row?.n ?? 0;
}

async function expectEachClosedOnce(): Promise<void> {
  await clock.advance(STALE);
  await expect.poll(unsettled, SOON).toBe(0);
  await stage.whatsapp.waitUntilIdle();
  for (const customer of customers) {
    expect(await customer.sessions()).toMatchObject([{ closed: true }]);
    expect(await customer.received()).toEqual(["Hi", "Bye"]);
  }
  expect(await auditCrash(database.db)).toEqual([]);
  expect(stage.errors()).toEqual([]);
}

describe("when one of two servers is killed", () => {
  test("while it decides, the other decides the same sessions, each once", async () => {
    await serve(20);
    const halt = await haltAt(database.url, "events");
    await clock.advance({ minutes: 31 });
    await halt.reached(/insert into events/);
    await stage.start();
    await first.kill();
    await halt.letPass();
    await expectEachClosedOnce();
  });

  test("while it sends, the other sends the rest, and nothing twice", async () => {
    await serve(60);
    await stage.start();
    await stage.whatsapp.setFault({ kind: "slowAnswer", ms: 100 });
    await clock.advance({ minutes: 31 });
    const anyArrived = async () => (await stage.whatsapp.calls()).length > 60;
    await expect.poll(anyArrived, { ...SOON, interval: 1 }).toBe(true);
    await first.kill();
    await expectEachClosedOnce();
  });

  test("before it answers the provider, the other takes what the provider sends again", async () => {
    await serve(1);
    const held = stage.webhooks.holdAnswers();
    const [anna] = customers;
    await anna?.write("Are you there?");
    await held;
    await first.kill();
    stage.webhooks.mend();
    await stage.start();
    await stage.whatsapp.waitUntilIdle(30_000);
    expect(await anna?.stored()).toEqual(["Hello", "Are you there?"]);
    expect(await auditCrash(database.db)).toEqual([]);
  });

  test("the other goes on by itself: no outage, nothing is held", async () => {
    await serve(1);
    await stage.start();
    await first.kill();
    await clock.advance({ minutes: 31 });
    await expectEachClosedOnce();
    expect(await database.db.query("select 1 from outages")).toEqual([]);
  });
});
