/** The server dies between any two steps of what a deadline sets off, up to the provider. */
import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { beforeEach, describe, expect, test } from "vitest";
import { auditCrash } from "../../src/testkit/crash-audit.ts";
import { COMMIT_GATE } from "../../src/testkit/crash-commit-gate.ts";
import { eachOnCrashStage } from "../../src/testkit/crash-each.ts";
import { haltAt } from "../../src/testkit/crash-halt.ts";
import { type CrashCustomer, type CrashStage, SOON } from "../../src/testkit/crash-stage.ts";
import type { MovableClock } from "../../src/testkit/movable-clock.ts";
import type { TestDatabase } from "../../src/testkit/test-database.ts";

const { closure, reply } = DEFAULT_CLOCK_SETTINGS;
const SETTINGS = {
  closure: { ...closure, enabled: true, afterMinutes: 30, message: "Bye" },
  reply: { ...reply, enabled: true, limitMinutes: 20, warnMinutes: 5 },
};
const NO_OUTBOX = { ROLES: "http,realtime,timers" };

let database: TestDatabase;
let clock: MovableClock;
let stage: CrashStage;
let anna: CrashCustomer;

eachOnCrashStage(SETTINGS, (on) => {
  ({ database, clock, stage, anna } = on);
});
beforeEach(async () => {
  await anna.write("Hello");
  await expect.poll(anna.stored, SOON).toEqual(["Hello"]);
});

/** After the restart: closed once, with one end message that reached the customer. */
async function expectClosedOnce(): Promise<void> {
  await expect.poll(anna.received, SOON).toEqual(["Hi Anna", "Bye"]);
  await stage.whatsapp.waitUntilIdle();
  const stateOf = async () => (await anna.messages()).map(({ delivery }) => delivery?.state);
  await expect.poll(stateOf, SOON).toEqual([undefined, "read", "read"]);
  expect(await anna.sessions()).toMatchObject([{ closed: true, nextDueAt: null }]);
  expect(await anna.timeline()).toEqual([
    ...["opened", "waitStarted", "assigned", "answered", "closed"],
  ]);
  await expect.poll(outboxSize, SOON).toBe(0);
  await expectWhole();
  expect(await anna.received()).toEqual(["Hi Anna", "Bye"]);
}

async function expectWhole(): Promise<void> {
  expect(await auditCrash(database.db)).toEqual([]);
  expect(stage.errors()).toEqual([]);
}

async function outboxSize(): Promise<number> {
  const [row] = await database.db.query<{ n: number }>("select count(*) as n from outbox");
  return row?.n ?? 0;
}

describe("a session is closed once, and one end message leaves, when the server dies", () => {
  beforeEach(() => anna.answered("Hi Anna"));

  test("before the deadline, which passes while nobody is there", async () => {
    await stage.kill();
    await clock.advance({ minutes: 31 });
    await stage.start();
    await expectClosedOnce();
  });

  test("after it claimed the session and before it decided", async () => {
    const halt = await haltAt(database.url, "clock_settings");
    await clock.advance({ minutes: 31 });
    await halt.reached(/from clock_settings/);
    await stage.kill();
    await halt.rollBack();
    expect(await anna.sessions()).toMatchObject([{ closed: false }]);
    await stage.start();
    await expectClosedOnce();
  });

  test("after it decided and before it committed", async () => {
    const halt = await haltAt(database.url, "events");
    await clock.advance({ minutes: 31 });
    await halt.reached(/insert into events/);
    await stage.kill();
    await halt.rollBack();
    expect(await anna.sessions()).toMatchObject([{ closed: false }]);
    await stage.start();
    await expectClosedOnce();
  });

  test("while the commit is on its way, which then happens without it", async () => {
    const halt = await haltAt(database.url, COMMIT_GATE);
    await clock.advance({ minutes: 31 });
    await halt.reached(/^commit/);
    await stage.kill();
    await halt.letPass();
    expect(await anna.sessions()).toMatchObject([{ closed: true }]);
    expect(await outboxSize()).toBe(1);
    await stage.start();
    await expectClosedOnce();
  });

  test("after the commit and before anybody claimed the end message", async () => {
    await stage.kill();
    await stage.start(NO_OUTBOX);
    await clock.advance({ minutes: 31 });
    await expect.poll(outboxSize, SOON).toBe(1);
    await stage.kill();
    expect(await anna.received()).toEqual(["Hi Anna"]);
    await stage.start();
    await expectClosedOnce();
  });

  test("after the customer wrote again and before the end message was claimed: it never leaves", async () => {
    await stage.kill();
    await stage.start(NO_OUTBOX);
    await clock.advance({ minutes: 31 });
    await expect.poll(outboxSize, SOON).toBe(1);
    await clock.advance({ minutes: 1 });
    const halt = await haltAt(database.url, COMMIT_GATE);
    await anna.write("One more thing");
    await halt.reached(/^commit/);
    await stage.kill();
    await halt.letPass();
    await stage.start();
    await stage.whatsapp.waitUntilIdle();
    await expect.poll(anna.sessions, SOON).toMatchObject([{ closed: true }, { waiting: true }]);
    expect(await outboxSize()).toBe(0);
    expect(await anna.received()).toEqual(["Hi Anna"]);
    await expectWhole();
  });
});

describe("deadlines missed while the server was down", () => {
  test("are decided once, at the present time: overdue without a warning before it", async () => {
    await stage.kill();
    await clock.advance({ minutes: 25 });
    await stage.start();
    await expect.poll(anna.sessions, SOON).toMatchObject([{ overdue: true, nextDueAt: null }]);
    expect(await anna.timeline()).toEqual(["opened", "waitStarted", "assigned", "overdue"]);
    await expectWhole();
  });

  test("warn the agent if the limit itself has not passed", async () => {
    await stage.kill();
    await clock.advance({ minutes: 17 });
    await stage.start();
    await expect.poll(anna.timeline, SOON).toContain("warned");
    expect(await anna.sessions()).toMatchObject([{ overdue: false }]);
    await clock.advance({ minutes: 4 });
    await expect.poll(anna.sessions, SOON).toMatchObject([{ overdue: true }]);
    expect(await anna.timeline()).toEqual([
      ...["opened", "waitStarted", "assigned", "warned", "overdue"],
    ]);
    await expectWhole();
  });

  test("are not decided twice when the server dies again while it decides them", async () => {
    await stage.kill();
    await clock.advance({ minutes: 25 });
    const halt = await haltAt(database.url, COMMIT_GATE);
    await stage.start();
    await halt.reached(/^commit/);
    await stage.kill();
    await halt.letPass();
    await stage.start();
    await expect.poll(anna.sessions, SOON).toMatchObject([{ overdue: true }]);
    expect(await anna.timeline()).toEqual(["opened", "waitStarted", "assigned", "overdue"]);
    await expectWhole();
  });

  test("wait for the provider to hand over what it kept, after an outage", async () => {
    await anna.answered("Hi Anna");
    await stage.kill();
    await clock.advance({ minutes: 31 });
    await database.db.query("update nodes set heartbeat_at = heartbeat_at - 31 * 60000");
    await stage.start();
    await expect.poll(anna.sessions, SOON).toMatchObject([{ closed: false, nextDueAt: null }]);
    await clock.advance({ seconds: 61 });
    await expectClosedOnce();
  });
});
