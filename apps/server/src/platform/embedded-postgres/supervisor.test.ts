import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, describe, expect, test } from "vitest";
import { copyPreparedCluster, newDataDir } from "../../testkit/prepared-cluster.ts";
import {
  connectToEmbeddedPostgres,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "./embedded-postgres.ts";

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe("a PostgreSQL that is kept running", () => {
  test("comes back by itself after a kill -9, at the same address with all that was committed", async () => {
    const dataDir = await usedDataDir();
    const { url } = await keepRunning(dataDir);
    await query(url, "create table kept as select 1 as n");
    await killPostmaster(dataDir);
    await expect.poll(() => answer(url, "select n from kept"), POLL).toEqual([{ n: 1 }]);
  });

  test("comes back on the same port where there is no room for a socket", async () => {
    const dataDir = await usedDataDir("long".repeat(30));
    const { url } = await keepRunning(dataDir);
    await killPostmaster(dataDir);
    await expect.poll(() => answer(url, "select 1 as n"), POLL).toEqual([{ n: 1 }]);
  });

  test("comes back once for several users, and as often as it dies", async () => {
    const dataDir = await usedDataDir();
    const first = await keepRunning(dataDir);
    const second = await keepRunning(dataDir);
    for (const _ of [1, 2]) {
      await killPostmaster(dataDir);
      await expect.poll(() => answer(first.url, "select 1 as n"), POLL).toEqual([{ n: 1 }]);
    }
    await first.stop();
    expect(await query(second.url, "select 1 as n")).toEqual([{ n: 1 }]);
    await second.stop();
    expect(await connectToEmbeddedPostgres({ dataDir })).toBeNull();
  });

  test("stays stopped once its user has left", async () => {
    const dataDir = await usedDataDir();
    const server = await keepRunning(dataDir);
    await killPostmaster(dataDir);
    await server.stop();
    expect(await connectToEmbeddedPostgres({ dataDir })).toBeNull();
  });
});

const POLL = { timeout: 20_000, interval: 20 };

async function keepRunning(dataDir: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, keepRunning: true });
  cleanups.push(() => server.stop());
  return server;
}

/** A data folder whose PostgreSQL was created by an earlier start. */
async function usedDataDir(...below: readonly string[]): Promise<string> {
  const folder = newDataDir();
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  const dataDir = join(folder, ...below);
  mkdirSync(dataDir, { recursive: true });
  await copyPreparedCluster(dataDir, "new");
  return dataDir;
}

/** Kills the server, and waits until it no longer answers. */
async function killPostmaster(dataDir: string): Promise<void> {
  const file = readFileSync(join(dataDir, "postgres/data/postmaster.pid"), "utf8");
  const pid = Number(file.split("\n")[0]);
  process.kill(pid, "SIGKILL");
  await expect.poll(() => isRunning(pid), POLL).toBe(false);
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** What the server answers, or the reason why it doesn't. */
async function answer(url: string, sql: string): Promise<unknown> {
  return await query(url, sql).catch(String);
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client(url);
  client.on("error", () => {});
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}
