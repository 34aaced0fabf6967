import { DatabaseSync } from "node:sqlite";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";

const retryMs = 10;
const sqliteBusy = 5;

export interface FileLock {
  /** May be called twice. */
  release(): void;
}

/**
 * Waits for the only lock on a file, at most `limitMs`.
 *
 * Node offers no `flock`, but it brings SQLite, whose locks the kernel drops when their holder dies,
 * however it dies. A lock file with a process id in it would need a repair after `kill -9`, and that
 * repair has a race of its own.
 *
 * @throws {EmbeddedPostgresError} `data_folder_busy` after `limitMs`
 */
export async function acquireExclusiveLock(file: string, limitMs: number): Promise<FileLock> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const lock = tryExclusiveLock(file);
    if (lock !== null) return lock;
    if (performance.now() > deadline) {
      throw new EmbeddedPostgresError(
        "data_folder_busy",
        `Another process has held ${file} for ${Math.round(limitMs / 1000)} seconds. ` +
          "It is starting or stopping PostgreSQL there: wait for it, or end it.",
      );
    }
    await new Promise((wake) => setTimeout(wake, retryMs));
  }
}

/** The only lock on a file, or null when somebody else holds a lock on it. */
export function tryExclusiveLock(file: string): FileLock | null {
  return tryLock(file, (database) => database.exec("begin exclusive"));
}

/** A lock on a file beside others like it. Waits for an exclusive one, which nobody keeps long. */
export async function acquireSharedLock(file: string): Promise<FileLock> {
  for (;;) {
    const lock = tryLock(file, (database) => {
      database.exec("begin");
      database.prepare("select count(*) from sqlite_schema").get();
    });
    if (lock !== null) return lock;
    await new Promise((wake) => setTimeout(wake, retryMs));
  }
}

function tryLock(file: string, take: (database: DatabaseSync) => void): FileLock | null {
  const database = openLockFile(file);
  try {
    take(database);
  } catch (error) {
    database.close();
    if (error instanceof Error && "errcode" in error && error.errcode === sqliteBusy) return null;
    throw unusable(file, error);
  }
  return {
    release: () => {
      if (database.isOpen) database.close();
    },
  };
}

function openLockFile(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file, { timeout: 0 });
  } catch (error) {
    throw unusable(file, error);
  }
}

function unusable(file: string, cause: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    "data_folder_of_another_user",
    `${file} can't be locked. The data folder belongs to another user or is read-only: start as ` +
      "that user, or set DATA_DIR to a folder of your own.",
    { cause },
  );
}
