/**
 * One PostgreSQL for a whole run of the tests, in memory where there is room for it. Tests take its
 * URL by `inject("postgresUrl")` and make databases of their own in it: the role may.
 */
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startEmbeddedPostgres } from "../apps/server/src/platform/embedded-postgres/embedded-postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The role `punctual`, which may create databases and roles, in a database of its name. */
    postgresUrl: string;
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
    project.provide("postgresUrl", postgres.url);
    return async () => {
      await postgres.stop();
      removeFolder();
    };
  } catch (error) {
    removeFolder();
    throw error;
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
