import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { createLogger } from "../platform/logger.ts";
import { keepEventEpoch, readTail } from "../store/event-log.ts";
import { createTestDatabase, type TestDatabase } from "../testkit/test-database.ts";
import { RealtimeHub } from "./realtime-hub.ts";
import type { RealtimeSocket } from "./realtime-hub-socket.ts";

const logger = createLogger("silent");
const accountId = newId();
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.db.transaction(keepEventEpoch);
});
afterAll(() => database.drop());

test("an event that commits while a socket joins an idle hub is not lost between the two", async () => {
  const { db } = database;
  const cursor = await readTail(db);
  const gate = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  // The hub's first look at the end of the log is slow; everything else is not.
  const slowTail: Database = {
    ...db,
    query: async (sql, params) => {
      if (sql.startsWith("select pg_current_snapshot()")) {
        asked.resolve();
        await gate.promise;
      }
      return await db.query(sql, params);
    },
  };
  const hub = startHub(slowTail);
  const { socket, ids, received } = collect();
  const { leave } = hub.join({ member: member(), socket, cursor });
  await asked.promise;
  // Enough round trips for the socket's own reading to overtake the hub's, if it were let.
  for (let n = 0; n < 20; n += 1) await db.query("select 1");
  const id = await commitEvent();
  gate.resolve();
  await received;
  expect(ids).toEqual([id]);
  leave();
  await hub.stop();
});

test("a burst larger than one read arrives whole and in order", async () => {
  const { db } = database;
  const hub = startHub(db);
  const { socket, ids, greeted, until } = collect();
  const { leave } = hub.join({ member: member(), socket, cursor: null });
  await greeted;
  const rows = await db.query<{ id: number }>(
    `insert into events (account_id, type, at, payload)
     select $1, 'session.changed', now_ms(), '{}' from generate_series(1, 7000) returning id`,
    [accountId],
  );
  await until(7_000);
  expect(ids).toEqual(rows.map((row) => row.id));
  leave();
  await hub.stop();
});

test("after the stop nobody is let in any more", async () => {
  const hub = startHub(database.db);
  await hub.stop();
  const codes: number[] = [];
  const { socket } = collect();
  hub.join({
    member: member(),
    socket: { ...socket, close: (code) => codes.push(code) },
    cursor: null,
  });
  expect(codes).toEqual([1001]);
});

function startHub(db: Database): RealtimeHub {
  const hub = new RealtimeHub({
    db,
    logger,
    signals: {
      onEvents: () => () => undefined,
      onTyping: () => () => undefined,
      typing: () => undefined,
    },
    presence: {
      add: () => ({ ready: Promise.resolve(), leave: () => undefined, show: () => undefined }),
    },
  });
  hub.start();
  return hub;
}

/** A socket that remembers the ids of events. */
function collect() {
  const ids: number[] = [];
  const greeted = Promise.withResolvers<void>();
  const received = Promise.withResolvers<void>();
  const waiting: { readonly count: number; readonly done: () => void }[] = [];
  const socket: RealtimeSocket = {
    send: (message, sent) => {
      const { type, events = [] } = JSON.parse(message.toString()) as {
        type: string;
        events?: { id: number }[];
      };
      if (type === "hello") greeted.resolve();
      if (events.length > 0) received.resolve();
      ids.push(...events.map((event) => event.id));
      for (const { count, done } of waiting) if (ids.length >= count) done();
      sent?.();
    },
    bufferedBytes: () => 0,
    close: () => undefined,
    checkAccess: () => undefined,
    cut: () => undefined,
  };
  return {
    socket,
    ids,
    greeted: greeted.promise,
    received: received.promise,
    until: (count: number) => new Promise<void>((done) => waiting.push({ count, done })),
  };
}

function member() {
  const id = newId();
  return { accountId, id, role: "agent", name: "Anna", email: `${id}@shop.example` } as const;
}

async function commitEvent(): Promise<number> {
  const [row] = await database.db.query<{ id: number }>(
    `insert into events (account_id, type, at, payload)
     values ($1, 'session.changed', now_ms(), '{}') returning id`,
    [accountId],
  );
  return row?.id ?? 0;
}
