import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, test, vi } from "vitest";
import { onceForRun } from "../apps/server/src/testkit/once-for-run.ts";
import { newDataDir } from "../apps/server/src/testkit/prepared-cluster.ts";
import { createTemplate } from "./kernel/postgres.ts";
import { runInProcess } from "./run-in-process.ts";

// Seconds on a quiet machine; a busy one shall not make it fail.
vi.setConfig({ testTimeout: 300_000 });

let template: string;

beforeAll(async () => {
  template = await onceForRun("simulation-template", () => createTemplate(newDataDir()));
});

const run = (seed: number, hours: number) =>
  runInProcess({ template, seed, hours, nodes: 3, printTrace: false });

test("a seed does the very same again, in another process", async () => {
  const [first, second] = await Promise.all([run(2893, 0.1), run(2893, 0.1)]);
  expect(first.error).toBeNull();
  expect(first.traceLines).toBeGreaterThan(1_000);
  expect(first.counts.kills).toBeGreaterThan(0);
  expect(first.counts.lockWaits).toBeGreaterThan(0);
  expect(second.traceHash).toBe(first.traceHash);
  expect(second.counts).toEqual(first.counts);
});

test("in a short simulation nothing happens that must never happen", async () => {
  const results = await Promise.all([run(2168, 0.1), run(7010, 0.1)]);
  for (const { error, violations, counts } of results) {
    expect({ error, violations }).toEqual({ error: null, violations: [] });
    expect(counts.sessions).toBeGreaterThan(0);
  }
});

test("the command line runs a year, if it is a short one", async () => {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const options = ["--year", "--seeds", "1", "--seed", "1", "--hours", "2"];
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...options]);
  expect(stdout).toMatch(/violations +0\n/);
});
