import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CrashProxy, startCrashProxy } from "../testkit/crash-proxy.ts";
import { createTestDatabase, type TestDatabase } from "../testkit/test-database.ts";
import { type Database, openDatabase } from "./database.ts";
import { createLogger } from "./logger.ts";
import { isTransient } from "./transient.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

test("a connection lost in the middle of a transaction fails the transaction, and nothing else", async () => {
  const { db } = database;
  const transaction = db.transaction(async (tx) => {
    const [backend] = await tx.query<{ pid: number }>("select pg_backend_pid() as pid");
    await db.query("select pg_terminate_backend($1)", [backend?.pid]);
    const others = () =>
      db.query("select pid from pg_stat_activity where pid = $1", [backend?.pid]);
    await expect.poll(others).toEqual([]);
    await tx.query("select 1");
  });
  await expect(transaction).rejects.toThrow();
  expect(await db.query("select 1 as n")).toEqual([{ n: 1 }]);
});

describe("a server that limits how long it waits", () => {
  const limits = { statementMs: 200, answerMs: 400, idleInTransactionMs: 200 };
  let wire: CrashProxy;
  let limited: Database;

  beforeEach(async () => {
    wire = await startCrashProxy();
    wire.leadTo(database.url);
    const logger = createLogger("silent");
    const url = wire.urlOf(database.url);
    limited = openDatabase({ url, maxConnections: 1, logger, limits });
  });
  afterEach(async () => {
    wire.mend();
    await limited.close();
    await wire.close();
  });

  test("goes on with a new connection when the old one's packets vanish", async () => {
    await limited.query("select 1");
    wire.vanish();
    const lost = limited.transaction((tx) => tx.query("select 2"));
    await expect(lost).rejects.toSatisfy(isTransient);
    expect(await limited.query("select 3 as n")).toEqual([{ n: 3 }]);
  });

  test("waits no longer for a lock than a statement may take", async () => {
    await database.db.transaction(async (holder) => {
      await holder.query("lock table accounts");
      const waiting = limited.query("select * from accounts");
      await expect(waiting).rejects.toSatisfy(isTransient);
    });
    expect(await limited.query("select * from accounts")).toEqual([]);
  });

  test("leaves no lock behind when it is cut off in the middle of a transaction", async () => {
    await limited
      .transaction(async (tx) => {
        await tx.query("lock table accounts");
        wire.vanish();
        await tx.query("select 1");
      })
      .catch(() => undefined);
    expect(await database.db.query("select 1 from accounts")).toEqual([]);
  });
});
