/** Others take all of PostgreSQL's connections, hold its locks, or forget their transactions. */
import { setTimeout as pause } from "node:timers/promises";
import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CrashCluster, createCrashCluster } from "../../src/testkit/crash-cluster.ts";
import { comeToRest, expectUnharmed } from "../../src/testkit/crash-judge.ts";
import { startCrashLoad } from "../../src/testkit/crash-load.ts";
import { seededRandom } from "../../src/testkit/crash-random.ts";
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

const LONG = process.env.PUNCTUAL_FAULTS_LONG !== undefined;
/** Three of them are for superusers, up to four for the test itself. */
const MAX_CONNECTIONS = 24;
const SMALLEST_POOL = "4";
const LATER = { timeout: 60_000, interval: 50 };

const { closure, reassign, reply } = DEFAULT_CLOCK_SETTINGS;
const SETTINGS = {
  closure: { ...closure, enabled: true, afterMinutes: 1, message: "Bye" },
  reassign: { ...reassign, enabled: true, afterMinutes: 1 },
  reply: { ...reply, enabled: true, limitMinutes: 2, warnMinutes: 1 },
};

let cluster: CrashCluster;
let clock: MovableClock;
let stage: CrashStage;
let server: ServerProcess;
let others: pg.Client[];

beforeEach(async () => {
  others = [];
  cluster = await createCrashCluster({ settings: { max_connections: String(MAX_CONNECTIONS) } });
  clock = await movableClock(cluster.db);
  const environment = { DATABASE_URL: cluster.url, DATABASE_POOL_SIZE: SMALLEST_POOL };
  stage = await setCrashStage(cluster.db, environment, SETTINGS);
  server = await stage.start();
});
afterEach(async () => {
  await leave();
  await stage.close();
  await cluster.remove();
});

async function another(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: cluster.url, application_name: "others" });
  client.on("error", () => undefined);
  await client.connect();
  others.push(client);
  return client;
}

/** Takes connections until there is none left. */
async function crowdOut(): Promise<void> {
  for (;;) {
    try {
      await another();
    } catch {
      return;
    }
  }
}

async function leave(): Promise<void> {
  await Promise.all(others.splice(0).map((client) => client.end()));
}

async function readiness(): Promise<number> {
  return (await fetch(`${server.url}/readyz`)).status;
}

async function anAnsweredCustomer(): Promise<CrashCustomer> {
  const customer = await addCrashCustomer(stage, cluster.db);
  await customer.write("Hello");
  await stage.whatsapp.waitUntilIdle();
  await customer.answered("Hi");
  await stage.whatsapp.waitUntilIdle();
  return customer;
}

async function expectClosedOnce(customer: CrashCustomer): Promise<void> {
  await expect.poll(customer.received, LATER).toEqual(["Hi", "Bye"]);
  const closes = (await customer.timeline()).filter((kind) => kind === "closed");
  expect(closes).toEqual(["closed"]);
}

test("when others take every connection, the server says so, and goes on once there are some", async () => {
  const anna = await anAnsweredCustomer();
  const ben = await addCrashCustomer(stage, cluster.db);
  await crowdOut();
  // Whatever the server loses from now on, somebody else gets.
  const end = `select pg_terminate_backend(pid) from pg_stat_activity
    where application_name like 'punctual%'`;
  const mine = others[0];
  const withoutAny = async <T>(ask: () => Promise<T>) => {
    await mine?.query(end);
    await crowdOut();
    return await ask();
  };
  await expect.poll(() => withoutAny(readiness), SOON).toBe(503);
  const sessions = () => withoutAny(() => stage.api("GET /sessions"));
  const unavailable = { status: 503, body: { code: "unavailable" } };
  await expect.poll(sessions, SOON).toMatchObject(unavailable);
  await stage.whatsapp.write(ben.id, "Anybody there?");
  const answers = async () =>
    (await stage.whatsapp.webhooks({ state: "retrying" })).flatMap(({ attempts }) => attempts);
  await expect.poll(answers, SOON).toContainEqual(expect.objectContaining({ status: 503 }));
  await leave();
  await clock.advance({ seconds: 61 });
  await expectClosedOnce(anna);
  await expect.poll(ben.stored, LATER).toEqual(["Anybody there?"]);
  await expect.poll(readiness, SOON).toBe(200);
});

describe("with the smallest pool, under load", () => {
  test("long transactions that hold every session's lock lose nothing", async () => {
    const random = seededRandom(1);
    const load = await startCrashLoad({ stage, db: cluster.db, clock, random, customers: 60 });
    const holder = await another();
    const rounds = LONG ? 10 : 2;
    for (let round = 0; round < rounds; round++) {
      await pause(1_000);
      await holder.query("begin");
      await holder.query("select id from sessions order by id for update");
      await pause(1_500);
      await holder.query("rollback");
    }
    await load.stop();
    await comeToRest(stage, cluster.db, clock);
    const tally = await expectUnharmed(stage, cluster.db, load);
    printFaults("sessions locked", { rounds }, tally);
  }, 120_000);

  test.runIf(LONG)(
    "a transaction that somebody forgot stops nothing for ever",
    async () => {
      const random = seededRandom(1);
      const load = await startCrashLoad({ stage, db: cluster.db, clock, random, customers: 60 });
      await pause(2_000);
      const forgetful = await another();
      await forgetful.query("begin");
      await forgetful.query("lock table outbox, messages in share row exclusive mode");
      const refused = async () =>
        (await stage.whatsapp.webhooks({ limit: 100_000 })).flatMap(({ attempts }) =>
          attempts.map(({ status }) => status),
        );
      await expect.poll(refused, LATER).toContain(503);
      await forgetful.query("rollback");
      await load.stop();
      await comeToRest(stage, cluster.db, clock);
      printFaults("a forgotten transaction", {}, await expectUnharmed(stage, cluster.db, load));
    },
    240_000,
  );
});
