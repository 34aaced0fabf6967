/**
 * One PostgreSQL for a whole run of the tests, in memory where there is room for it. Tests take its
 * URL by `inject("postgresUrl")` and make databases of their own in it: the role may. What else a run
 * needs for a while goes into its folder, `inject("runFolder")`.
 */
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startEmbeddedPostgres } from "../apps/server/src/platform/embedded-postgres/embedded-postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The role `punctual`, which may create databases and roles, in a database of its name. */
    postgresUrl: string;
    /** A folder that every account may enter, removed after the run. */
    runFolder: string;
  }
}

const memoryFolder = "/dev/shm";
const neededBytes = 2_000_000_000;

/** Nothing outlives the run, so nothing has to reach the disk. */
const forgetfulSettings = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
};

export default async function startTestPostgres(project: TestProject) {
  const dataDir = mkdtempSync(join(hasRoom(memoryFolder) ? memoryFolder : tmpdir(), "punctual-"));
  // For root: PostgreSQL then runs as another account, which must be able to enter.
  chmodSync(dataDir, 0o755);
  const removeFolder = () => rmSync(dataDir, { recursive: true, force: true });
  try {
    const postgres = await startEmbeddedPostgres({ dataDir, settings: forgetfulSettings });
    await makeLoginsCheap(postgres.url);
    project.provide("postgresUrl", postgres.url);
    project.provide("runFolder", dataDir);
    return async () => {
      await postgres.stop();
      removeFolder();
    };
  } catch (error) {
    removeFolder();
    throw error;
  }
}

/**
 * Tests log in by the thousand, and a password that withstands guessing costs both sides milliseconds of
 * computing each time. Here nobody guesses.
 */
async function makeLoginsCheap(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { username, password } = new URL(url);
    await client.query("set scram_iterations = 1");
    await client.query(
      `alter role ${pg.escapeIdentifier(username)}
       password ${pg.escapeLiteral(decodeURIComponent(password))}`,
    );
  } finally {
    await client.end();
  }
}

function hasRoom(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= neededBytes;
  } catch {
    return false;
  }
}
