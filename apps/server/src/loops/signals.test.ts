import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type Database, openDatabase } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { createLogger } from "../platform/logger.ts";
import { createTestDatabase, type TestDatabase } from "../testkit/test-database.ts";
import { createSignals, type LiveSignals } from "./signals.ts";

const logger = createLogger("silent");
let database: TestDatabase;
let otherDb: Database;
const running: LiveSignals[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  otherDb = openDatabase({ url: database.url, maxConnections: 2, logger });
});
afterEach(async () => {
  for (const signals of running.splice(0)) await signals.stop();
});
afterAll(async () => {
  await otherDb.close();
  await database.drop();
});

test("a signal is heard in the same process at once, and only there by itself", async () => {
  const { here, there } = await startTwo();
  const heardHere = vi.fn();
  const echoed = vi.fn();
  here.onDeadline(heardHere);
  here.deadlineAt(1_234);
  expect(heardHere.mock.calls).toEqual([[1_234]]);

  here.onOutbox(echoed);
  await heardFrom(there.onOutbox, () => here.outbox());
  await heardFrom(here.onEvents, () => there.events());
  expect(echoed).toHaveBeenCalledTimes(1);
});

test("every kind of signal reaches the other node", async () => {
  const { here, there } = await startTwo();
  const account = newId();
  expect(await heardFrom(there.onDeadline, () => here.deadlineAt(77))).toBe(77);
  expect(await heardFrom(there.onLine, () => here.line(account))).toBe(account);
  await heardFrom(there.onOutbox, () => here.outbox());
  await heardFrom(there.onEvents, () => here.events());
  await heardFrom(there.onSettings, () => here.settings());
  await heardFrom(there.onAccess, () => here.access());
});

test("a storm of signals is gathered: the earliest deadline and every account arrive", async () => {
  const notify = vi.spyOn(database.db, "query");
  const { here, there } = await startTwo();
  const accounts = Array.from({ length: 50 }, newId);
  const lines = new Set<string | null>();
  const deadlines: number[] = [];
  there.onDeadline((at) => deadlines.push(at));
  const all = Promise.withResolvers<void>();
  there.onLine((id) => {
    lines.add(id);
    if (lines.size === accounts.length) all.resolve();
  });
  for (const [n, account] of accounts.entries()) {
    for (let times = 0; times < 20; times += 1) {
      here.deadlineAt(5_000 - n);
      here.line(account);
    }
  }
  await all.promise;
  expect([...lines].toSorted()).toEqual(accounts.toSorted());
  expect(Math.min(...deadlines)).toBe(4_951);
  expect(notify.mock.calls.length).toBeLessThanOrEqual(2);
  notify.mockRestore();
});

test("more accounts than a notification can hold wake every account", async () => {
  const { here, there } = await startTwo();
  const heard = await heardFrom(there.onLine, () => {
    for (let n = 0; n < 500; n += 1) here.line(newId());
  });
  expect(heard).toBeNull();
});

test("when the listening connection was lost, everybody is woken once it is back", async () => {
  const { here } = await startTwo();
  const woken = [
    new Promise((resolve) => here.onDeadline((at) => resolve(at))),
    new Promise((resolve) => here.onOutbox(() => resolve("outbox"))),
    new Promise((resolve) => here.onEvents(() => resolve("events"))),
    new Promise((resolve) => here.onLine((accountId) => resolve(accountId))),
    new Promise((resolve) => here.onSettings(() => resolve("settings"))),
  ];
  await otherDb.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'punctual listen' and datname = current_database()`,
  );
  expect(await Promise.all(woken)).toEqual([0, "outbox", "events", null, "settings"]);
});

test("what was signalled just before the stop still reaches the other node", async () => {
  const { here, there } = await startTwo();
  const heard = heardFrom(there.onSettings, () => here.settings());
  await here.stop();
  await heard;
});

async function startTwo(): Promise<{ here: LiveSignals; there: LiveSignals }> {
  const here = await createSignals(database.db, logger);
  const there = await createSignals(otherDb, logger);
  running.push(here, there);
  return { here, there };
}

/** Calls `signal` and waits until the other node's listener hears something. */
async function heardFrom<T = null>(
  listen: (listener: (heard?: T) => void) => () => void,
  signal: () => void,
): Promise<T | null> {
  const heard = Promise.withResolvers<T | null>();
  const end = listen((what) => heard.resolve(what ?? null));
  signal();
  try {
    return await heard.promise;
  } finally {
    end();
  }
}
