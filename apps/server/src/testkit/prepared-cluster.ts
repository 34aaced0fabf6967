import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { inject } from "vitest";
import { startEmbeddedPostgres } from "../platform/embedded-postgres/embedded-postgres.ts";
import { migrate } from "../store/migrate.ts";
import { onceForRun } from "./once-for-run.ts";

/** Nobody relies on it before it is copied. */
const FORGETFUL = { fsync: "off" };

/** A new data folder, which PostgreSQL's account may enter, in that of the test run or in another. */
export function newDataDir(folder = inject("runFolder")): string {
  const dataDir = mkdtempSync(join(folder, "data-"));
  // For root: PostgreSQL then runs as another account.
  chmodSync(dataDir, 0o755);
  return dataDir;
}

/**
 * Puts a PostgreSQL into a data folder that was created by a real first start and then stopped: a copy is
 * made in a tenth of the time.
 * @param how `migrated`: its database is up to date; `new`: it is empty.
 */
export async function copyPreparedCluster(dataDir: string, how: "new" | "migrated"): Promise<void> {
  const prepared = await onceForRun(`${how}-cluster`, () => prepare(how));
  await promisify(execFile)("cp", ["-a", join(prepared, "postgres"), dataDir]);
}

async function prepare(how: "new" | "migrated"): Promise<string> {
  const dataDir = newDataDir();
  const postgres = await startEmbeddedPostgres({ dataDir, settings: FORGETFUL });
  try {
    if (how === "migrated") await migrate(postgres.url);
  } finally {
    await postgres.stop();
  }
  rmSync(join(dataDir, "postgres/server.log"));
  return dataDir;
}
