/**
 * The database is slow, stalls, or vanishes behind a connection that stays open. In the tests for
 * seconds; `npm run faults` (`PUNCTUAL_FAULTS_LONG`) waits out the minute that makes an outage.
 */
import { setTimeout as pause } from "node:timers/promises";
import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { comeToRest, expectUnharmed } from "../../src/testkit/crash-judge.ts";
import { startCrashLoad } from "../../src/testkit/crash-load.ts";
import { type CrashProxy, startCrashProxy } from "../../src/testkit/crash-proxy.ts";
import { type SeededRandom, seededRandom } from "../../src/testkit/crash-random.ts";
import type { ServerProcess } from "../../src/testkit/crash-server.ts";
import {
  addCrashCustomer,
  type CrashCustomer,
  type CrashStage,
  SOON,
  setCrashStage,
} from "../../src/testkit/crash-stage.ts";
import { type MovableClock, movableClock } from "../../src/testkit/movable-clock.ts";
import { printFaults } from "../../src/testkit/print-faults.ts";
import { createTestDatabase, type TestDatabase } from "../../src/testkit/test-database.ts";

const LONG = process.env.PUNCTUAL_FAULTS_LONG !== undefined;
const LOAD_MS = LONG ? 20_000 : 4_000;
/** Longer than the server waits for an answer. */
const LATER = { timeout: 60_000, interval: 50 };

const { closure, reassign, reply } = DEFAULT_CLOCK_SETTINGS;
const SETTINGS = {
  closure: { ...closure, enabled: true, afterMinutes: 1, message: "Bye" },
  reassign: { ...reassign, enabled: true, afterMinutes: 1 },
  reply: { ...reply, enabled: true, limitMinutes: 2, warnMinutes: 1 },
};

let database: TestDatabase;
let wire: CrashProxy;
let clock: MovableClock;
let stage: CrashStage;
let server: ServerProcess;
let random: SeededRandom;

beforeEach(async () => {
  database = await createTestDatabase();
  clock = await movableClock(database.db);
  wire = await startCrashProxy();
  wire.leadTo(database.url);
  const environment = { DATABASE_URL: wire.urlOf(database.url) };
  stage = await setCrashStage(database.db, environment, SETTINGS);
  server = await stage.start();
  random = seededRandom(1);
});
afterEach(async () => {
  wire.mend();
  await stage.close();
  await wire.close();
  await database.drop();
});

async function readiness(): Promise<number> {
  return (await fetch(`${server.url}/readyz`)).status;
}

/** A customer who was answered, so that only the clock has something to do. */
async function anAnsweredCustomer(): Promise<CrashCustomer> {
  const customer = await addCrashCustomer(stage, database.db);
  await customer.write("Hello");
  await stage.whatsapp.waitUntilIdle();
  await customer.answered("Hi");
  await stage.whatsapp.waitUntilIdle();
  return customer;
}

async function expectClosedOnce(customer: CrashCustomer): Promise<void> {
  await expect.poll(customer.received, LATER).toEqual(["Hi", "Bye"]);
  expect(await customer.sessions()).toMatchObject([{ closed: true }]);
  const closes = (await customer.timeline()).filter((kind) => kind === "closed");
  expect(closes).toEqual(["closed"]);
}

describe("under load", () => {
  test.runIf(LONG)(
    "a database that takes up to half a second to answer loses nothing",
    async () => {
      const load = await startCrashLoad({ stage, db: database.db, clock, random, customers: 60 });
      wire.slowDown(() => 25 + random.below(225));
      await pause(LOAD_MS);
      await load.stop();
      wire.slowDown(() => 0);
      await comeToRest(stage, database.db, clock);
      printFaults("slow answers", {}, await expectUnharmed(stage, database.db, load));
      expect(stage.errors()).toEqual([]);
    },
  );

  test("a database that stalls for seconds again and again loses nothing", async () => {
    const load = await startCrashLoad({ stage, db: database.db, clock, random, customers: 60 });
    for (let stall = 0; stall < 3; stall++) {
      await pause(LOAD_MS / 6);
      wire.holdAll();
      await pause(LOAD_MS / 6);
      wire.passOn();
    }
    await load.stop();
    await comeToRest(stage, database.db, clock);
    printFaults("stalls", { stalls: 3 }, await expectUnharmed(stage, database.db, load));
    expect(stage.errors()).toEqual([]);
  });

  test("connections cut at any moment lose nothing", async () => {
    const load = await startCrashLoad({ stage, db: database.db, clock, random, customers: 60 });
    const cuts = LONG ? 40 : 8;
    for (let cut = 0; cut < cuts; cut++) {
      await pause(random.below((2 * LOAD_MS) / cuts));
      wire.mend();
    }
    await load.stop();
    await comeToRest(stage, database.db, clock);
    printFaults("connections cut", { cuts }, await expectUnharmed(stage, database.db, load));
  });
});

test.runIf(LONG)(
  "a connection whose packets vanish doesn't stop the clock, the doors or the sends",
  async () => {
    const anna = await anAnsweredCustomer();
    const ben = await addCrashCustomer(stage, database.db);
    wire.vanish();
    await clock.advance({ seconds: 61 });
    await ben.write("Anybody there?");
    await expectClosedOnce(anna);
    await expect.poll(ben.stored, LATER).toEqual(["Anybody there?"]);
    await expect.poll(readiness, SOON).toBe(200);
  },
);

describe.runIf(LONG)("a database that is connected and answers nothing for a minute", () => {
  test("is an outage: webhooks come back later, deadlines are decided once", async () => {
    const anna = await anAnsweredCustomer();
    const ben = await addCrashCustomer(stage, database.db);
    wire.holdAll();
    await clock.passUnattended({ seconds: 61 });
    await ben.write("Anybody there?");
    await expect.poll(readiness, LATER).toBe(503);
    const answers = async () =>
      (await stage.whatsapp.webhooks({ state: "retrying" })).flatMap(({ attempts }) => attempts);
    await expect
      .poll(answers, { timeout: 60_000, interval: 100 })
      .toContainEqual(expect.objectContaining({ status: 503 }));
    await pause(60_000);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    wire.passOn();
    await expect.poll(readiness, LATER).toBe(200);
    await expect.poll(ben.stored, LATER).toEqual(["Anybody there?"]);
    const outages = () => database.db.query("select 1 from outages");
    await expect.poll(outages, LATER).toHaveLength(1);
    expect(await anna.received()).toEqual(["Hi"]);
    await clock.advance({ seconds: 61 });
    await expectClosedOnce(anna);
  }, 300_000);
});
