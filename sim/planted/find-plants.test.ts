import { expect, test } from "vitest";
import type { SeedResult } from "../run-seed.ts";
import { describePlant, findPlants } from "./find-plants.ts";
import type { Plant } from "./plant.ts";

const plant: Plant = { name: "bug", rule: "§9.1", why: "Because.", edits: [] };
const clean: SeedResult = {
  seed: 1,
  violations: [],
  error: null,
  virtualMs: 0,
  realMs: 0,
  traceHash: "",
  traceLines: 0,
  lastLines: [],
  counts: {},
};
const broken = { rule: "§9.1", what: "closed too early", sessionId: null };

async function find(results: readonly Partial<SeedResult>[]) {
  const [search] = await findPlants({
    plants: [plant],
    seeds: results.length,
    jobs: 2,
    run: async (seed) => ({ ...clean, ...results[seed - 1], seed }),
    onDone: () => undefined,
  });
  if (search === undefined) throw new Error("nothing was searched");
  return search;
}

test("a plant is looked for until a seed finds it", async () => {
  const search = await find([{}, { violations: [broken] }, {}]);
  expect(search).toMatchObject({ seeds: 2, found: broken });
  expect(describePlant(search)).toContain("2 seeds  found by §9.1: closed too early");
});

test("a plant that no seed finds is said not to be found", async () => {
  expect(describePlant(await find([{}, {}]))).toContain("NOT FOUND");
});

test("a run that fails proves nothing", async () => {
  const search = await find([{ error: "it hangs" }]);
  expect(search.found).toBeNull();
  expect(describePlant(search)).toContain("1 runs failed: it hangs");
});
