import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { createTestDatabase } from "../../apps/server/src/testkit/test-database.ts";
import type { Edit } from "./plant.ts";
import { plantEdits } from "./plant-edits.ts";
import { plants } from "./plants.ts";

const ROOT = join(import.meta.dirname, "../..");

test("what clock.md §4.8 and §8 promise, and every rule of §9, is broken at least once", () => {
  const rules = new Set(plants.map(({ rule }) => rule));
  const ofNever = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((rule) => `§9.${rule}`);
  expect([...rules].sort()).toEqual(["§4.8", "§8", ...ofNever]);
});

test("plants have names of their own", () => {
  expect(new Set(plants.map(({ name }) => name)).size).toBe(plants.length);
});

describe("a plant still finds its place in the code", () => {
  test.each(plants.map((plant) => [plant.name, plant] as const))("%s", (_name, plant) => {
    const byFile = Map.groupBy(plant.edits, ({ file }) => file);
    for (const [file, edits] of byFile) {
      const text = readFileSync(join(ROOT, file), "utf8");
      expect(plantEdits(text, edits)).not.toBe(text);
    }
    expect(plant.edits.length + (plant.sql?.length ?? 0)).toBeGreaterThan(0);
  });
});

test("what plants change of the schema is there to be changed", async () => {
  const { url, drop } = await createTestDatabase();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const sql of plants.flatMap((plant) => plant.sql ?? [])) {
    await client.query("begin");
    await client.query(sql);
    await client.query("rollback");
  }
  await client.end();
  await drop();
});

test("an edit whose place is gone, or is there twice, is refused", () => {
  const edit: Edit = { file: "a.ts", find: "b", replace: "c" };
  expect(plantEdits("abd", [edit])).toBe("acd");
  expect(() => plantEdits("ad", [edit])).toThrow("exactly once");
  expect(() => plantEdits("bb", [edit])).toThrow("exactly once");
});
