/** The server dies between any two steps of sending a message. */
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
/** After this, a claim has lost its sender (`loops/rescuer.ts`). */
const STALE = { seconds: 46 };

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

/** Restarts the server, and lets the time pass after which nobody will record a claimed send. */
async function restartAndWait(): Promise<void> {
  await stage.start();
  await clock.advance(STALE);
  await expect.poll(outboxSize, SOON).toBe(0);
}

async function outboxSize(): Promise<number> {
  const [row] = await database.db.query<{ n: number }>("select count(*) as n from outbox");
  return row?.n ?? 0;
}

async function lastState(): Promise<string | undefined> {
  return (await anna.messages()).at(-1)?.delivery?.state;
}

/** The provider's statuses of what was sent don't come yet. */
async function holdStatuses(): Promise<() => Promise<void>> {
  const fault = { kind: "delay", ms: 600_000, updates: "statuses" } as const;
  const { id } = await stage.whatsapp.setFault(fault);
  return async () => {
    await stage.whatsapp.clearFault(id);
    await stage.whatsapp.flush();
  };
}

async function expectWhole(): Promise<void> {
  expect(await auditCrash(database.db)).toEqual([]);
  expect(stage.errors()).toEqual([]);
}

describe("an end-of-session message leaves at most once when the server dies", () => {
  beforeEach(() => anna.answered("Hi Anna"));

  test("after it claimed the message and before the provider heard of it: unknown, never sent", async () => {
    const held = stage.graph.holdRequests();
    await clock.advance({ minutes: 31 });
    await held;
    await stage.kill();
    stage.graph.mend();
    await restartAndWait();
    expect(await lastState()).toBe("unknown");
    expect((await anna.timeline()).slice(-2)).toEqual(["closed", "sendUnknown"]);
    expect(await anna.received()).toEqual(["Hi Anna"]);
    expect(await anna.sessions()).toMatchObject([{ closed: true }]);
    await expectWhole();
  });

  test("after the provider accepted it: unknown until a status tells", async () => {
    const letStatusesCome = await holdStatuses();
    const held = stage.graph.holdAnswers();
    await clock.advance({ minutes: 31 });
    await held;
    await stage.kill();
    stage.graph.mend();
    await restartAndWait();
    expect(await lastState()).toBe("unknown");
    await letStatusesCome();
    await expect.poll(lastState, SOON).toBe("read");
    expect(await anna.received()).toEqual(["Hi Anna", "Bye"]);
    await expectWhole();
  });

  test("after the provider accepted it, with a status that tells before anybody wonders", async () => {
    const held = stage.graph.holdAnswers();
    await clock.advance({ minutes: 31 });
    await held;
    await stage.kill();
    stage.graph.mend();
    await stage.start();
    await expect.poll(lastState, SOON).toBe("read");
    await clock.advance(STALE);
    await expect.poll(outboxSize, SOON).toBe(0);
    expect(await lastState()).toBe("read");
    expect(await anna.timeline()).not.toContain("sendUnknown");
    expect(await anna.received()).toEqual(["Hi Anna", "Bye"]);
    await expectWhole();
  });

  test("after the provider's answer came and before it was recorded", async () => {
    await holdStatuses();
    const held = stage.graph.holdAnswers();
    await clock.advance({ minutes: 31 });
    await held;
    const halt = await haltAt(database.url, "messages");
    stage.graph.passOn();
    await halt.reached(/from messages m join unnest.*for update of m/s);
    await stage.kill();
    await halt.rollBack();
    await restartAndWait();
    expect(await lastState()).toBe("unknown");
    expect(await anna.received()).toEqual(["Hi Anna", "Bye"]);
    await expectWhole();
  });

  test("while the record's commit is on its way, which then happens without it", async () => {
    await holdStatuses();
    const held = stage.graph.holdAnswers();
    await clock.advance({ minutes: 31 });
    await held;
    const halt = await haltAt(database.url, COMMIT_GATE);
    stage.graph.passOn();
    await halt.reached(/^commit/);
    await stage.kill();
    await halt.letPass();
    await stage.start();
    expect(await outboxSize()).toBe(0);
    expect(await lastState()).toBe("sent");
    expect(await anna.received()).toEqual(["Hi Anna", "Bye"]);
    await expectWhole();
  });
});

describe("an agent's reply", () => {
  test("whose sending was cut counts as sent, and its session closes the set time later", async () => {
    const letStatusesCome = await holdStatuses();
    const held = stage.graph.holdAnswers();
    const [session] = await anna.sessions();
    const body = { type: "text", text: "Hi Anna" };
    await stage.api(`POST /sessions/${session?.id}/messages`, { body });
    await held;
    await stage.kill();
    stage.graph.mend();
    expect(await anna.sessions()).toMatchObject([{ waiting: false, nextDueAt: null }]);
    await restartAndWait();
    expect(await lastState()).toBe("unknown");
    expect(await anna.timeline()).toContain("sendUnknown");
    expect(await anna.sessions()).toMatchObject([{ nextDueAt: expect.any(Number) }]);
    await letStatusesCome();
    await expect.poll(lastState, SOON).toBe("read");
    await clock.advance({ minutes: 31 });
    await expect.poll(anna.received, SOON).toEqual(["Hi Anna", "Bye"]);
    await expectWhole();
  });

  test("that the provider turns out to have refused gives the customer's wait back", async () => {
    await stage.whatsapp.setFault({ kind: "failLater", code: 131026, afterMs: 0, times: 1 });
    const letStatusesCome = await holdStatuses();
    const held = stage.graph.holdAnswers();
    const [session] = await anna.sessions();
    const body = { type: "text", text: "Hi Anna" };
    await stage.api(`POST /sessions/${session?.id}/messages`, { body });
    await held;
    await stage.kill();
    stage.graph.mend();
    await restartAndWait();
    await letStatusesCome();
    await expect.poll(lastState, SOON).toBe("failed");
    expect(await anna.sessions()).toMatchObject([{ waiting: true, nextDueAt: expect.any(Number) }]);
    await clock.advance({ minutes: 21 });
    await expect.poll(anna.sessions, SOON).toMatchObject([{ overdue: true }]);
    await expectWhole();
  });

  test("is written once when its writer asks again with the same key after the crash", async () => {
    const [session] = await anna.sessions();
    const write = () =>
      stage.api(`POST /sessions/${session?.id}/messages`, {
        body: { type: "text", text: "Hi Anna" },
        headers: { "idempotency-key": "once" },
      });
    const halt = await haltAt(database.url, COMMIT_GATE);
    const cut = expect(write()).rejects.toThrow();
    await halt.reached(/^commit/);
    await stage.kill();
    await halt.letPass();
    await cut;
    await stage.start();
    await clock.advance({ seconds: 61 });
    expect((await write()).status).toBe(201);
    await expect.poll(lastState, SOON).toBe("read");
    expect(await anna.messages()).toHaveLength(2);
    expect(await anna.received()).toEqual(["Hi Anna"]);
    await expectWhole();
  });
});
