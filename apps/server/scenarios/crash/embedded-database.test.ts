/** The server's own PostgreSQL is killed, with the server or without it. */
import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { auditCrash } from "../../src/testkit/crash-audit.ts";
import { type CrashCluster, createCrashCluster } from "../../src/testkit/crash-cluster.ts";
import type { ServerProcess } from "../../src/testkit/crash-server.ts";
import {
  addCrashCustomer,
  type CrashCustomer,
  type CrashStage,
  SOON,
  setCrashStage,
} from "../../src/testkit/crash-stage.ts";
import { refusedHandshake } from "../../src/testkit/event-socket.ts";
import { type MovableClock, movableClock } from "../../src/testkit/movable-clock.ts";

const { closure } = DEFAULT_CLOCK_SETTINGS;
const SETTINGS = { closure: { ...closure, enabled: true, afterMinutes: 30, message: "Bye" } };

const FATAL = 60;

let cluster: CrashCluster;
let clock: MovableClock;
let stage: CrashStage;
let server: ServerProcess;
let anna: CrashCustomer;

beforeEach(async () => {
  cluster = await createCrashCluster();
  clock = await movableClock(cluster.db);
  stage = await setCrashStage(cluster.db, { DATA_DIR: cluster.dataDir }, SETTINGS);
  server = await stage.start();
  anna = await addCrashCustomer(stage, cluster.db);
  await anna.write("Hello");
  await stage.whatsapp.waitUntilIdle();
});
afterEach(async () => {
  await stage.close();
  await cluster.remove();
});

async function readiness(): Promise<number> {
  return (await fetch(`${server.url}/readyz`)).status;
}

/** The session goes on as if nothing had been: answered, closed in time, one end message. */
async function expectBusinessAsUsual(texts: readonly string[]): Promise<void> {
  await stage.whatsapp.waitUntilIdle(30_000);
  expect(await anna.stored()).toEqual(texts);
  await anna.answered("Hi Anna");
  await clock.advance({ minutes: 31 });
  await expect.poll(anna.received, SOON).toEqual(["Hi Anna", "Bye"]);
  await stage.whatsapp.waitUntilIdle();
  const outbox = () => cluster.db.query("select 1 from outbox");
  await expect.poll(outbox, SOON).toEqual([]);
  expect(await anna.sessions()).toMatchObject([{ closed: true }]);
  expect(await auditCrash(cluster.db)).toEqual([]);
}

describe("PostgreSQL killed together with the server", () => {
  test("loses nothing that was acknowledged, and the next start needs no repair", async () => {
    await Promise.all([cluster.kill(), stage.kill()]);
    await stage.whatsapp.write(anna.id, "Are you there?");
    server = await stage.start();
    await expectBusinessAsUsual(["Hello", "Are you there?"]);
    expect(stage.errors()).toEqual([]);
  });

  test("in the middle of a stream of messages loses none of them", async () => {
    const texts = ["Hello"];
    for (const round of [1, 2, 3]) {
      const writing = Array.from({ length: 20 }, async (_, index) => {
        await stage.whatsapp.write(anna.id, `${round} ${index}`);
      });
      texts.push(...writing.map((_, index) => `${round} ${index}`));
      await Promise.all(writing.slice(0, 10));
      await Promise.all([cluster.kill(), stage.kill()]);
      await Promise.all(writing);
      server = await stage.start();
      await stage.whatsapp.waitUntilIdle(30_000);
    }
    expect([...(await anna.stored())].sort()).toEqual(texts.sort());
    expect(await auditCrash(cluster.db)).toEqual([]);
    expect(stage.errors()).toEqual([]);
  });
});

test("a server killed alone leaves PostgreSQL running, and the next one takes it over", async () => {
  await stage.kill();
  expect(cluster.isRunning()).toBe(true);
  server = await stage.start();
  await expectBusinessAsUsual(["Hello"]);
  expect(stage.errors()).toEqual([]);
});

describe("PostgreSQL killed alone", () => {
  test("makes the server say that it is not available, until PostgreSQL is back by itself", async () => {
    const letItStart = await cluster.killAndKeepDown();
    await expect.poll(readiness, SOON).toBe(503);
    const refused = await stage.api("GET /sessions");
    expect(refused).toMatchObject({ status: 503, body: { code: "unavailable" } });
    const stranger = { authorization: "Bearer pun_unknown" };
    const upgrade = await refusedHandshake(server.url, "/api/v1/events", stranger);
    expect(upgrade).toMatchObject({ status: 503, body: { code: "unavailable" } });
    await stage.whatsapp.write(anna.id, "Are you there?");
    const answers = async () =>
      (await stage.whatsapp.webhooks({ state: "retrying" })).flatMap(({ attempts }) => attempts);
    await expect.poll(answers, SOON).toContainEqual(expect.objectContaining({ status: 503 }));
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    letItStart();
    await expect.poll(readiness, SOON).toBe(200);
    await expectBusinessAsUsual(["Hello", "Are you there?"]);
  });

  test("again and again is survived, and the loops don't hammer it", async () => {
    for (const _ of [1, 2, 3]) {
      await cluster.kill();
      await expect.poll(readiness, SOON).toBe(503);
      await expect.poll(readiness, SOON).toBe(200);
    }
    await expectBusinessAsUsual(["Hello"]);
    expect(stage.errors().length).toBeLessThan(100);
    expect(stage.errors()).not.toContainEqual(expect.objectContaining({ level: FATAL }));
  });

  test("while a reply is on its way keeps what the provider answered", async () => {
    const fault = { kind: "lose", updates: "statuses" } as const;
    const { id } = await stage.whatsapp.setFault(fault);
    const held = stage.graph.holdAnswers();
    const [session] = await anna.sessions();
    const body = { type: "text", text: "Hi Anna" };
    await stage.api(`POST /sessions/${session?.id}/messages`, { body });
    await held;
    const letItStart = await cluster.killAndKeepDown();
    stage.graph.passOn();
    await expect.poll(readiness, SOON).toBe(503);
    letItStart();
    const state = async () => (await anna.messages()).at(-1)?.delivery?.state;
    await expect.poll(readiness, SOON).toBe(200);
    await expect.poll(state, SOON).toBe("sent");
    await stage.whatsapp.clearFault(id);
    await clock.advance({ minutes: 31 });
    await expect.poll(anna.received, SOON).toEqual(["Hi Anna", "Bye"]);
  });
});
