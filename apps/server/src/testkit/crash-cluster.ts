import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { type Database, openDatabase } from "../platform/database.ts";
import { startEmbeddedPostgres } from "../platform/embedded-postgres/embedded-postgres.ts";
import { acquireExclusiveLock } from "../platform/embedded-postgres/file-lock.ts";
import { createLogger } from "../platform/logger.ts";
import { migrate } from "../store/migrate.ts";
import { SOON } from "./crash-stage.ts";
import { copyPreparedCluster, newDataDir } from "./prepared-cluster.ts";

/** A data folder whose PostgreSQL belongs to the server under test, and may be killed too. */
export interface CrashCluster {
  readonly dataDir: string;
  readonly url: string;
  /** Open whenever a server keeps PostgreSQL running. */
  readonly db: Database;
  /** Kills PostgreSQL alone; settles when it is gone. */
  kill(): Promise<void>;
  /** The same, and nobody can start it again until the function it gives is called. */
  killAndKeepDown(): Promise<() => void>;
  isRunning(): boolean;
  /** Settles once it runs. */
  running(): Promise<void>;
  /** From now on only servers keep PostgreSQL running. */
  leave(): Promise<void>;
  /** What PostgreSQL logged. */
  log(): string;
  remove(): Promise<void>;
}

/** A data folder of its own with a migrated database, in the folder of the test run or in another. */
export async function createCrashCluster({
  folder,
  settings = {},
}: {
  readonly folder?: string;
  /** Of PostgreSQL, until it is killed. */
  readonly settings?: Readonly<Record<string, string>>;
} = {}): Promise<CrashCluster> {
  const dataDir = newDataDir(folder);
  await copyPreparedCluster(dataDir, "migrated");
  return await openCrashCluster(dataDir, settings);
}

/**
 * Starts the PostgreSQL of a data folder, and brings its database up to date. It lives on when a server is
 * killed.
 */
export async function openCrashCluster(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<CrashCluster> {
  const postgres = await startEmbeddedPostgres({ dataDir, settings });
  await migrate(postgres.url);
  const logger = createLogger("silent");
  const applicationName = "crash test";
  const db = openDatabase({ url: postgres.url, maxConnections: 4, logger, applicationName });
  const isRunning = () => isAlive(postmasterOf(dataDir));
  const kill = async () => {
    const pid = postmasterOf(dataDir);
    // A pid file outlives its server, and without one the number is that of our own processes.
    if (!isAlive(pid)) throw new Error("PostgreSQL doesn't run");
    process.kill(pid, "SIGKILL");
    await expect.poll(() => isAlive(pid), SOON).toBe(false);
  };
  return {
    dataDir,
    url: postgres.url,
    db,
    kill,
    killAndKeepDown: async () => {
      const lock = await acquireExclusiveLock(join(dataDir, ".postgres-start.lock"), 10_000);
      await kill();
      return lock.release;
    },
    isRunning,
    running: () => expect.poll(isRunning, SOON).toBe(true),
    leave: () => postgres.stop(),
    log: () => readFileSync(join(dataDir, "postgres/server.log"), "utf8"),
    remove: async () => {
      await db.close();
      await postgres.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** 0: there is none. */
function postmasterOf(dataDir: string): number {
  try {
    const file = readFileSync(join(dataDir, "postgres/data/postmaster.pid"), "utf8");
    return Number(file.split("\n")[0]);
  } catch {
    return 0;
  }
}

/** A PostgreSQL that ended counts as dead even before its parent has collected it. */
function isAlive(pid: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return /^Name:\s+postgres$/m.test(status) && !/^State:\s+Z/m.test(status);
  } catch {
    return false;
  }
}
