/** Folders of the simulations' servers. Loads nothing of the product, whose time is to be replaced first. */
import { accessSync, chmodSync, constants, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MEMORY_FOLDER = "/dev/shm";

/**
 * A new folder, in memory where there is a RAM disk. For root: PostgreSQL then runs as another account,
 * which must be able to enter.
 */
export function newFolder(prefix: string): string {
  const folder = mkdtempSync(join(isWritable(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir(), prefix));
  chmodSync(folder, 0o755);
  return folder;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Removes a run's folder, and first ends a server that a killed run left in it. */
export function removeFolder(folder: string): void {
  const pid = readPid(folder);
  if (pid !== null) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
  }
  rmSync(folder, { recursive: true, force: true });
}

/** The server that runs, or ran, on a folder. */
export function readPid(folder: string): number | null {
  try {
    const file = readFileSync(join(folder, "postgres", "data", "postmaster.pid"), "utf8");
    return Number(file.split("\n")[0]);
  } catch {
    return null;
  }
}
