import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** What a running server writes to `postmaster.pid`; after a crash it may name any process. */
export interface PidFile {
  readonly pid: number;
  readonly port: number;
  /** Empty when the server listens on no Unix socket. */
  readonly socketFolder: string;
  readonly status: string;
}

/** Where the lines stand: `LOCK_FILE_LINE_*` of PostgreSQL's `pidfile.h`, counted from 0. */
const line = { pid: 0, port: 3, socketFolder: 4, status: 7 } as const;

/** Reads `postmaster.pid` of a data folder; null when there is none. A half-written one lacks lines. */
export async function readPidFile(dataFolder: string): Promise<PidFile | null> {
  const text = await readIfExists(pidFilePath(dataFolder));
  if (text === null) return null;
  const lines = text.split(/\r?\n/);
  const pid = Number(lines[line.pid]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return {
    pid,
    port: Number(lines[line.port] ?? 0),
    socketFolder: lines[line.socketFolder]?.trim() ?? "",
    status: lines[line.status]?.trim() ?? "",
  };
}

export function pidFilePath(dataFolder: string): string {
  return join(dataFolder, "postmaster.pid");
}

async function readIfExists(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
