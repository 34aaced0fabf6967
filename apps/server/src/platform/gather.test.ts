import { expect, test } from "vitest";
import { createGatherer } from "./gather.ts";

const DATABASE_AWAY = Object.assign(new Error("no database"), { code: "ECONNREFUSED" });

/** Works on numbers; 13 is bad, and the database is away while `away` says so. */
function startGatherer(away = () => false) {
  const batches: (readonly number[])[] = [];
  const gatherer = createGatherer(async (items: readonly number[]) => {
    batches.push(items);
    await Promise.resolve();
    if (away()) throw DATABASE_AWAY;
    if (items.includes(13)) throw new Error("bad luck");
    return items.map((item) => item * 2);
  }, 10);
  return { batches, gatherer };
}

test("what arrives while a batch is worked on goes along with the next", async () => {
  const { batches, gatherer } = startGatherer();
  expect(await Promise.all([1, 2, 3].map(gatherer.add))).toEqual([2, 4, 6]);
  expect(batches).toEqual([[1], [2, 3]]);
});

test("one bad item fails alone", async () => {
  const { gatherer } = startGatherer();
  const results = await Promise.allSettled([1, 2, 13, 4].map(gatherer.add));
  expect(results.map(({ status }) => status)).toEqual([
    ...["fulfilled", "fulfilled", "rejected", "fulfilled"],
  ]);
});

test("a database that is away is asked once for a batch, not once for each of its items", async () => {
  let isAway = true;
  const { batches, gatherer } = startGatherer(() => isAway);
  const results = await Promise.allSettled([1, 2, 3, 4].map(gatherer.add));
  expect(results.map(({ status }) => status)).toEqual(Array(4).fill("rejected"));
  expect(batches).toEqual([[1], [2, 3, 4]]);
  isAway = false;
  expect(await gatherer.add(5)).toBe(10);
});
