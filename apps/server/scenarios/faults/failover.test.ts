/**
 * The primary dies under load and a replica takes its place, behind an address that stays the same. The
 * server goes on without a restart.
 */
import { setTimeout as pause } from "node:timers/promises";
import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Database, openDatabase } from "../../src/platform/database.ts";
import { createLogger } from "../../src/platform/logger.ts";
import { comeToRest, expectUnharmed } from "../../src/testkit/crash-judge.ts";
import { startCrashLoad } from "../../src/testkit/crash-load.ts";
import { type CrashProxy, startCrashProxy } from "../../src/testkit/crash-proxy.ts";
import { seededRandom } from "../../src/testkit/crash-random.ts";
import { type CrashReplicas, createCrashReplicas } from "../../src/testkit/crash-replicas.ts";
import type { ServerProcess } from "../../src/testkit/crash-server.ts";
import { type CrashStage, SOON, setCrashStage } from "../../src/testkit/crash-stage.ts";
import { type EventSocket, openEventSocket } from "../../src/testkit/event-socket.ts";
import { type MovableClock, movableClock } from "../../src/testkit/movable-clock.ts";
import { printFaults } from "../../src/testkit/print-faults.ts";

const LONG = process.env.PUNCTUAL_FAULTS_LONG !== undefined;
const LATER = { timeout: 60_000, interval: 50 };
const FATAL = 60;

const { closure, reassign, reply } = DEFAULT_CLOCK_SETTINGS;
const SETTINGS = {
  closure: { ...closure, enabled: true, afterMinutes: 1, message: "Bye" },
  reassign: { ...reassign, enabled: true, afterMinutes: 1 },
  reply: { ...reply, enabled: true, limitMinutes: 2, warnMinutes: 1 },
};

let replicas: CrashReplicas;
let wire: CrashProxy;
let db: Database;
let clock: MovableClock;
let stage: CrashStage;
let server: ServerProcess;

beforeEach(async () => {
  replicas = await createCrashReplicas();
  wire = await startCrashProxy();
  wire.leadTo(replicas.primaryUrl);
  const url = wire.urlOf(replicas.primaryUrl);
  const logger = createLogger("silent");
  db = openDatabase({ url, maxConnections: 4, logger, applicationName: "crash test" });
  clock = await movableClock(db);
  stage = await setCrashStage(db, { DATABASE_URL: url }, SETTINGS);
  server = await stage.start();
});
afterEach(async () => {
  await stage.close();
  await db.close();
  await wire.close();
  await replicas.remove();
});

async function readiness(): Promise<number> {
  return (await fetch(`${server.url}/readyz`)).status;
}

function resyncs({ messages }: EventSocket): number {
  return messages.filter(({ type }) => type === "resync").length;
}

/** What can be read is read; everything else is not available, which is no fault of the caller. */
async function expectReadOnly(): Promise<void> {
  const readable = async () => (await stage.api("GET /sessions")).status;
  await expect.poll(readable, SOON).toBe(200);
  expect(await readiness()).toBe(503);
  const body = { status: "available" };
  expect(await stage.api("PUT /me/status", { body })).toMatchObject({
    status: 503,
    body: { code: "unavailable" },
  });
}

test("a replica takes the primary's place: nothing is lost, nothing is done twice", async () => {
  const headers = { authorization: `Bearer ${stage.token}` };
  const screen = await openEventSocket(server.url, { headers });
  const random = seededRandom(1);
  const load = await startCrashLoad({ stage, db, clock, random, customers: 80 });
  await pause(LONG ? 15_000 : 2_000);
  const cursor = screen.cursor();
  if (LONG) {
    // Longer than any limit of ours: what the replica doesn't have must not be acknowledged even then.
    await replicas.cutOff();
    await pause(30_000);
  }
  await replicas.killPrimary();
  await expect.poll(readiness, SOON).toBe(503);
  // As a proxy does that looks only whether somebody answers: a replica, which takes no writes.
  wire.leadTo(replicas.replicaUrl);
  await expectReadOnly();
  await pause(LONG ? 10_000 : 0);
  await replicas.promote();
  wire.leadTo(replicas.replicaUrl);
  await expect.poll(readiness, LATER).toBe(200);
  await pause(LONG ? 15_000 : 2_000);
  await load.stop();
  await comeToRest(stage, db, clock);
  const tally = await expectUnharmed(stage, db, load);
  expect(stage.errors()).not.toContainEqual(expect.objectContaining({ level: FATAL }));
  expect(tally.messages).toBeGreaterThan(50);

  // Its transaction ids go on elsewhere: whoever looks at the log is told to load afresh.
  await expect.poll(() => resyncs(screen), LATER).toBeGreaterThan(0);
  await screen.close();
  const again = await openEventSocket(server.url, { headers, cursor });
  await expect.poll(() => resyncs(again), SOON).toBe(1);
  await again.close();
  printFaults("failover", {}, tally);
}, 240_000);
