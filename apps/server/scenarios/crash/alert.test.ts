/** The server dies between any two steps of telling a member: a push comes at most once. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { haltAt } from "../../src/testkit/crash-halt.ts";
import { type CrashProxy, startCrashProxy } from "../../src/testkit/crash-proxy.ts";
import {
  addCrashCustomer,
  type CrashCustomer,
  type CrashStage,
  SOON,
  setCrashStage,
} from "../../src/testkit/crash-stage.ts";
import { type MovableClock, movableClock } from "../../src/testkit/movable-clock.ts";
import {
  type PushReceiver,
  startPushReceiver,
  type TestBrowser,
} from "../../src/testkit/push-receiver.ts";
import { createTestDatabase, type TestDatabase } from "../../src/testkit/test-database.ts";

let database: TestDatabase;
let clock: MovableClock;
let stage: CrashStage;
let anna: CrashCustomer;
let pushes: PushReceiver;
let wire: CrashProxy;
let phone: TestBrowser;

beforeEach(async () => {
  database = await createTestDatabase();
  clock = await movableClock(database.db);
  pushes = await startPushReceiver();
  wire = await startCrashProxy();
  wire.leadTo(pushes.origin);
  const environment = { DATABASE_URL: database.url, PUSH_ALLOWED_HOSTS: wire.url };
  stage = await setCrashStage(database.db, environment, {});
  await stage.start();
  const { body } = await stage.api("GET /me/push-subscriptions");
  phone = pushes.subscribe(String(body.publicKey), wire.url);
  const subscribed = await stage.api("POST /me/push-subscriptions", { body: phone.subscription });
  expect(subscribed.status).toBe(201);
  // Nobody but the supervisor: whoever writes is told to them.
  await database.db.query("update members set active = false where role = 'agent'");
  anna = await addCrashCustomer(stage, database.db);
});
afterEach(async () => {
  await stage.close();
  await wire.close();
  await pushes.close();
  await database.drop();
});

async function deliveries(): Promise<string[]> {
  const rows = await database.db.query<{ act: string; state: string }>(
    "select act, state from notification_deliveries where medium = 'push' order by act desc",
  );
  return rows.map(({ act, state }) => `${act} ${state}`);
}

/** A server that has had time to do what there is to do. */
async function restart(): Promise<void> {
  await stage.start();
  await clock.advance({ minutes: 2 });
  await anna.write("Anybody?");
  await expect.poll(anna.stored, SOON).toContain("Anybody?");
}

describe("a push", () => {
  test("is missing, not there twice, when its server died before the push service heard of it", async () => {
    const held = wire.holdRequests();
    await anna.write("Hello");
    await held;
    await stage.kill();
    wire.mend();
    await restart();
    expect(await deliveries()).toEqual(["show claimed"]);
    expect(pushes.requests).toBe(0);
    const { body } = await stage.api("GET /notifications");
    expect(body).toMatchObject({ notifications: [{ kind: "nobodyEligible" }], unread: 1 });
  });

  test("is there once when its server died before it heard the answer, and is closed all the same", async () => {
    const held = wire.holdAnswers();
    await anna.write("Hello");
    await held;
    await stage.kill();
    wire.mend();
    await restart();
    expect(await deliveries()).toEqual(["show claimed"]);
    expect(phone.received.map(({ payload }) => payload.act)).toEqual(["show"]);
    await anna.answered("Hi Anna");
    await expect.poll(deliveries, SOON).toEqual(["show claimed", "close sent"]);
    expect(phone.received.map(({ payload }) => payload.act)).toEqual(["show", "close"]);
  });

  test("comes once when its server died before the claim was committed", async () => {
    await stage.kill();
    await stage.start({ ROLES: "http,timers,realtime" });
    await anna.write("Hello");
    await expect.poll(deliveries, SOON).toEqual(["show queued"]);
    const halt = await haltAt(database.url, "notification_deliveries");
    await stage.start({ ROLES: "outbox" });
    await halt.reached(/for update skip locked/);
    await stage.kill();
    await halt.rollBack();
    await restart();
    await expect.poll(deliveries, SOON).toEqual(["show sent"]);
    expect(phone.received.map(({ payload }) => payload.act)).toEqual(["show"]);
  });
});
