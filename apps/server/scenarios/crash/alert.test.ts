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
    "select act, state from notification_deliveries where medium = 'push' order by act desc, state",
  );
  return rows.map(({ act, state }) => `${act} ${state}`);
}

/** What the phone got, in order. */
function acts(): string[] {
  return phone.received.map(({ payload }) => payload.act);
}

/** A server that has told of another customer by now: whatever was left of the first, it has seen before. */
async function restart(): Promise<void> {
  await clock.advance({ minutes: 2 });
  await stage.start();
  const ben = await addCrashCustomer(stage, database.db);
  await ben.write("Hello");
  const isTold = async () => {
    const [session] = await ben.sessions();
    return phone.received.some(
      ({ payload }) => payload.act === "show" && payload.sessionId === session?.id,
    );
  };
  await expect.poll(isTold, SOON).toBe(true);
}

describe("a push", () => {
  test("is missing, not there twice, when its server died before the push service heard of it", async () => {
    const held = wire.holdRequests();
    await anna.write("Hello");
    await held;
    await stage.kill();
    wire.mend();
    await restart();
    await expect.poll(deliveries, SOON).toEqual(["show claimed", "show sent"]);
    expect(pushes.requests).toBe(1);
    const { body } = await stage.api("GET /notifications");
    const kind = "nobodyEligible";
    expect(body).toMatchObject({ notifications: [{ kind }, { kind }], unread: 2 });
  });

  test("is there once when its server died before it heard the answer, and is closed all the same", async () => {
    const held = wire.holdAnswers();
    await anna.write("Hello");
    await held;
    await stage.kill();
    wire.mend();
    await restart();
    await expect.poll(deliveries, SOON).toEqual(["show claimed", "show sent"]);
    expect(acts()).toEqual(["show", "show"]);
    await anna.answered("Hi Anna");
    await expect.poll(deliveries, SOON).toEqual(["show claimed", "show sent", "close sent"]);
    expect(acts()).toEqual(["show", "show", "close"]);
    expect(phone.received[2]?.payload.id).toBe(phone.received[0]?.payload.id);
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
    await expect.poll(deliveries, SOON).toEqual(["show sent", "show sent"]);
    expect(acts()).toEqual(["show", "show"]);
  });
});
