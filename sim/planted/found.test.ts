import { beforeAll, expect, test } from "vitest";
import { onceForRun } from "../../apps/server/src/testkit/once-for-run.ts";
import { newDataDir } from "../../apps/server/src/testkit/prepared-cluster.ts";
import { createTemplate } from "../kernel/postgres.ts";
import { runInProcess } from "../run-in-process.ts";
import { findPlants } from "./find-plants.ts";
import { plants } from "./plants.ts";

/** Those that show within seconds. `npm run sim -- --all-planted` looks for all of them. */
const QUICK: ReadonlySet<string> = new Set([
  "close-while-sending",
  "outbox-claimed-by-two",
  "deferred-message-forgotten",
]);

let template: string;

beforeAll(async () => {
  template = await onceForRun("simulation-template", () => createTemplate(newDataDir()));
});

test("bugs that are put into the server are found", async () => {
  const searches = await findPlants({
    plants: plants.filter(({ name }) => QUICK.has(name)),
    seeds: 3,
    jobs: 2,
    run: (seed, planted) => runInProcess({ template, seed, planted, hours: 1, printTrace: false }),
    onDone: () => undefined,
  });
  expect(searches).toHaveLength(QUICK.size);
  expect(searches.filter(({ found }) => found === null)).toEqual([]);
}, 300_000);
