import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testkit/test-database.ts";
import { isTransient } from "./transient.ts";

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

test("a running server goes on after another one migrated its tables", async () => {
  const { db } = database;
  const read = () => db.transaction((tx) => tx.query("select * from channels"));
  await read();
  await db.query("alter table channels add column added boolean");
  await expect(read()).rejects.toSatisfy(isTransient);
  expect(await read()).toEqual([]);
});
