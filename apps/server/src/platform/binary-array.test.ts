import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testkit/test-database.ts";
import { type ArrayType, binaryArray } from "./binary-array.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

/** What PostgreSQL makes of the array, as text. */
async function received(type: ArrayType, values: Parameters<typeof binaryArray>[1]) {
  const rows = await database.db.query<{ value: string | null }>(
    `select value::text from unnest($1::${type}[]) with ordinality as u(value, n) order by n`,
    [binaryArray(type, values)],
  );
  return rows.map((row) => row.value);
}

test("PostgreSQL reads every value as it was meant", async () => {
  const ids = ["01a2048b-ff74-7801-88b6-9babcf2648a1", "ffffffff-FFFF-ffff-ffff-ffffffffffff"];
  expect(await received("uuid", [ids[0] ?? "", null, ids[1] ?? ""])).toEqual([
    ids[0],
    null,
    ids[1]?.toLowerCase(),
  ]);
  const numbers = [0, 1, -1, 1_795_372_613_527, -1_795_372_613_527, Number.MAX_SAFE_INTEGER];
  expect(await received("bigint", [...numbers, null])).toEqual([...numbers.map(String), null]);
  expect(await received("integer", [0, -1, 2_147_483_647, -2_147_483_648])).toEqual([
    ...["0", "-1", "2147483647", "-2147483648"],
  ]);
  expect(await received("boolean", [true, null, false])).toEqual(["true", null, "false"]);
  const texts = ["", "Thảo 👋", null, "ascii", "é".repeat(70_000)];
  expect(await received("text", texts)).toEqual(texts);
  expect(await received("json", ['{"a":"ả"}', null])).toEqual(['{"a":"ả"}', null]);
  expect(await received("text", [])).toEqual([]);
});

test.each(["", "01a2048b-ff74-7801-88b6-9babcf2648a", "01a2048b-ff74-7801-88b6-9babcf2648ag"])(
  "%j is no UUID and is not sent as one",
  (text) => {
    expect(() => binaryArray("uuid", [text])).toThrow("not a UUID");
  },
);

test("an id that follows what is no UUID is sent whole", async () => {
  const id = "01a2048b-ff74-7801-88b6-9babcf2648a1";
  binaryArray("uuid", [id]);
  for (const text of ["", "ffffffff-ffff-ffff-ffff-ffffffffff"]) {
    expect(() => binaryArray("uuid", [text])).toThrow("not a UUID");
    expect(await received("uuid", [id, id])).toEqual([id, id]);
  }
});
