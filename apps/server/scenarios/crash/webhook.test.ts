/** The server dies between any two steps of receiving a customer's message. */
import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { describe, expect, test } from "vitest";
import { auditCrash } from "../../src/testkit/crash-audit.ts";
import { COMMIT_GATE } from "../../src/testkit/crash-commit-gate.ts";
import { eachOnCrashStage } from "../../src/testkit/crash-each.ts";
import { haltAt } from "../../src/testkit/crash-halt.ts";
import {
  addCrashCustomer,
  type CrashCustomer,
  type CrashStage,
} from "../../src/testkit/crash-stage.ts";
import type { TestDatabase } from "../../src/testkit/test-database.ts";

const { reply } = DEFAULT_CLOCK_SETTINGS;
const SETTINGS = { reply: { ...reply, enabled: true, limitMinutes: 30, warnMinutes: 5 } };

let database: TestDatabase;
let stage: CrashStage;
let anna: CrashCustomer;

eachOnCrashStage(SETTINGS, (on) => {
  ({ database, stage, anna } = on);
});

/** After the restart: the message is there once, its session has its wait and its deadline. */
async function expectStoredOnce(texts: readonly string[]): Promise<void> {
  await stage.start();
  await stage.whatsapp.waitUntilIdle(30_000);
  expect(await anna.stored()).toEqual(texts);
  expect(await anna.sessions()).toMatchObject([
    { closed: false, waiting: true, nextDueAt: expect.any(Number) },
  ]);
  expect(await anna.timeline()).toEqual(["opened", "waitStarted", "assigned"]);
  expect(await auditCrash(database.db)).toEqual([]);
  expect(stage.errors()).toEqual([]);
}

describe("a customer's message is stored once, and nobody repairs anything, when the server dies", () => {
  test("after it received the webhook and before it looked into the database", async () => {
    const halt = await haltAt(database.url, "messages");
    await anna.write("Hello");
    await halt.reached(/select k.channel_id, k.external_id/);
    await stage.kill();
    await halt.rollBack();
    expect(await anna.stored()).toEqual([]);
    await expectStoredOnce(["Hello"]);
  });

  test("after it decided and before it committed", async () => {
    const halt = await haltAt(database.url, "events");
    await anna.write("Hello");
    await halt.reached(/insert into events/);
    await stage.kill();
    await halt.rollBack();
    expect(await anna.stored()).toEqual([]);
    await expectStoredOnce(["Hello"]);
  });

  test("while the commit is on its way, which then happens without it", async () => {
    const halt = await haltAt(database.url, COMMIT_GATE);
    await anna.write("Hello");
    await halt.reached(/^commit/);
    await stage.kill();
    await halt.letPass();
    expect(await anna.stored()).toEqual(["Hello"]);
    await expectStoredOnce(["Hello"]);
  });

  test("after the commit and before the provider hears of it", async () => {
    const held = stage.webhooks.holdAnswers();
    await anna.write("Hello");
    await held;
    await stage.kill();
    stage.webhooks.mend();
    expect(await anna.stored()).toEqual(["Hello"]);
    await expectStoredOnce(["Hello"]);
  });

  test("with a batch of several customers' messages, delivered twice", async () => {
    const ben = await addCrashCustomer(stage, database.db);
    await stage.whatsapp.setFault({ kind: "batch", max: 3, times: 1 });
    const halt = await haltAt(database.url, COMMIT_GATE);
    await anna.write("One");
    await ben.write("Hello");
    await anna.write("Two");
    await halt.reached(/^commit/);
    await stage.kill();
    await stage.whatsapp.setFault({ kind: "duplicate", copies: 3, concurrent: true, times: 2 });
    await halt.letPass();
    await anna.write("Three");
    await expectStoredOnce(["One", "Two", "Three"]);
    expect(await ben.stored()).toEqual(["Hello"]);
  });
});
