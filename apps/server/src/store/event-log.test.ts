import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { createTestDatabase, type TestDatabase } from "../testkit/test-database.ts";
import {
  deleteOldEvents,
  type EventQuery,
  keepEventEpoch,
  readEvents,
  readTail,
} from "./event-log.ts";

const account = newId();
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.db.transaction(keepEventEpoch);
});
afterAll(() => database.drop());

describe("following the event log", () => {
  test("misses no event and doubles none, however late its transaction commits", async () => {
    const { db } = database;
    let cursor = await readTail(db);
    const seen: number[] = [];
    const written: Promise<number[]>[] = [];
    let writing = true;
    const followers = (async () => {
      for (;;) {
        const last = !writing;
        const next = await follow({ cursor, limit: 200 });
        cursor = next.cursor;
        seen.push(...next.ids);
        if (last && next.ids.length === 0) return;
      }
    })();
    const end = performance.now() + 3_000;
    const writers = Array.from({ length: 7 }, async (_, writer) => {
      while (performance.now() < end) {
        const batch = writeBatch(writer === 0 ? 40 : 3, writer < 2);
        written.push(batch);
        await batch;
      }
    });
    await Promise.all(writers);
    writing = false;
    await followers;

    const expected = (await Promise.all(written)).flat();
    expect(expected.length).toBeGreaterThan(200);
    expect(seen.toSorted((a, b) => a - b)).toEqual(expected.toSorted((a, b) => a - b));
  });

  test("does not wait for a long transaction, and gives its events once it commits", async () => {
    const { db } = database;
    const start = await readTail(db);
    const release = Promise.withResolvers<void>();
    const inserted = Promise.withResolvers<number>();
    const long = db.transaction(async (tx) => {
      inserted.resolve(await insertEvent(tx));
      await release.promise;
    });
    const late = await inserted.promise;
    const early = await db.transaction((tx) => insertEvent(tx));

    const first = await follow({ cursor: start });
    expect(first.ids).toEqual([early]);
    release.resolve();
    await long;
    expect((await follow({ cursor: first.cursor })).ids).toEqual([late]);
  });

  test("gives many events in pages that can be resumed in the middle", async () => {
    const { db } = database;
    const cursor = await readTail(db);
    const expected = await db.transaction(async (tx) => {
      const ids: number[] = [];
      for (let n = 0; n < 25; n += 1) ids.push(await insertEvent(tx));
      return ids;
    });
    const pages: number[][] = [];
    let next = await readEvents(db, { cursor, limit: 10 });
    while (next.type === "events" && next.more) {
      await db.transaction((tx) => insertEvent(tx, newId()));
      pages.push(next.rows.map((row) => row.id));
      next = await readEvents(db, { cursor: next.cursor, limit: 10 });
    }
    expect(pages.slice(0, 3).map((page) => page.length)).toEqual([10, 10, 5]);
    expect(pages.slice(0, 3).flat()).toEqual(expected);
  });

  test("shows a business only its own events", async () => {
    const { db } = database;
    const cursor = await readTail(db);
    const other = newId();
    await db.transaction((tx) => insertEvent(tx, other));
    const mine = await db.transaction((tx) => insertEvent(tx));
    expect((await follow({ cursor, accountIds: [account] })).ids).toEqual([mine]);
    const asTenant = await db.readAs(account, (read) => readEvents(read, { cursor }));
    expect(asTenant.type === "events" && asTenant.rows.map((row) => row.id)).toEqual([mine]);
  });
});

describe("a client loads afresh", () => {
  test("when its cursor is nonsense", async () => {
    expect(await readEvents(database.db, { cursor: "1:2:3" })).toEqual(resync("unreadable"));
  });

  test("when it fell too far behind", async () => {
    const cursor = await readTail(database.db);
    for (let n = 0; n < 6; n += 1) await database.db.transaction((tx) => insertEvent(tx));
    const read = await readEvents(database.db, { cursor, limit: 2, maxBehind: 5 });
    expect(read).toEqual(resync("behind"));
  });

  test("when its cursor is older than a day", async () => {
    const [epoch, at, seen] = (await readTail(database.db)).split("~");
    const cursor = [epoch, Number(at) - 25 * 3_600_000, seen].join("~");
    expect(await readEvents(database.db, { cursor })).toEqual(resync("stale"));
  });

  test("when the database was restored elsewhere, crashed, or goes by another's log", async () => {
    const restored = await createTestDatabase();
    try {
      const { db } = restored;
      await db.transaction(keepEventEpoch);
      const before = await readTail(db);
      await db.transaction(keepEventEpoch);
      expect((await readEvents(db, { cursor: before })).type).toBe("events");
      await db.query("update event_epoch set system_identifier = 'the server it came from'");
      expect(await readEvents(db, { cursor: before })).toEqual(resync("epoch"));
      await db.transaction(keepEventEpoch);
      expect(await readEvents(db, { cursor: before })).toEqual(resync("epoch"));
      expect((await readEvents(db, { cursor: await readTail(db) })).type).toBe("events");
    } finally {
      await restored.drop();
    }
  });

  test("when its cursor is from a future that was lost", async () => {
    const [epoch, at] = (await readTail(database.db)).split("~");
    const cursor = [epoch, at, "900000000:900000000:"].join("~");
    expect(await readEvents(database.db, { cursor })).toEqual(resync("epoch"));
  });
});

test("events are forgotten only when no cursor can miss them", async () => {
  const { db } = database;
  await db.query(
    `update events set at = now_ms() - 49 * 3600000
     where id in (select id from events order by id limit 3)`,
  );
  const [kept] = await db.query<{ n: number }>("select count(*) - 3 as n from events");
  expect(await db.transaction((tx) => deleteOldEvents(tx, 2))).toBe(2);
  expect(await db.transaction((tx) => deleteOldEvents(tx))).toBe(1);
  expect(await db.transaction((tx) => deleteOldEvents(tx))).toBe(0);
  expect(await db.query("select count(*) as n from events")).toEqual([kept]);
});

/** Reads once; pages count as one read. */
async function follow(query: EventQuery): Promise<{ ids: number[]; cursor: string }> {
  const ids: number[] = [];
  let { cursor } = query;
  for (;;) {
    const read = await readEvents(database.db, { ...query, cursor });
    if (read.type !== "events") throw new Error(`resync: ${read.reason}`);
    ids.push(...read.rows.map((row) => row.id));
    cursor = read.cursor;
    if (!read.more) return { ids, cursor };
  }
}

/** One transaction; a slow one sits on its ids while others come and go. */
async function writeBatch(size: number, slow: boolean): Promise<number[]> {
  return await database.db.transaction(async (tx) => {
    const ids: number[] = [];
    for (let n = 0; n < size; n += 1) {
      ids.push(await insertEvent(tx));
      if (slow) await tx.query("select pg_sleep(random() * 0.02)");
    }
    return ids;
  });
}

async function insertEvent(tx: Tx, accountId = account): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    `insert into events (account_id, type, at, payload)
     values ($1, 'session.changed', now_ms(), '{}') returning id`,
    [accountId],
  );
  if (row === undefined) throw new Error("no row");
  return row.id;
}

function resync(reason: string) {
  return { type: "resync", reason };
}
