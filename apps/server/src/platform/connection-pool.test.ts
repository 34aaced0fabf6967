import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testkit/test-database.ts";

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
