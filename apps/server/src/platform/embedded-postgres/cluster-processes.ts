import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Cluster } from "./cluster.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { pidFilePath, readPidFile } from "./pid-file.ts";
import type { PostgresLogger } from "./postgres-logger.ts";

const politeLimitMs = 5_000;
const killLimitMs = 10_000;
const pollMs = 20;

/**
 * Whether a process is PostgreSQL on this cluster: its executable is `postgres` and its working
 * folder is the cluster's, where the server and all its children stand. A number alone proves
 * nothing: after a crash the system may have given it to anybody.
 */
export function isClusterProcess(pid: number, cluster: Cluster): boolean {
  switch (process.platform) {
    case "win32":
      return isAlive(pid);
    case "linux":
      return isServerOf(cluster, inspectByProc(pid, cluster));
    default:
      return isServerOf(cluster, inspectByLsof(pid));
  }
}

/**
 * What tells a process from every other that ever had its number: when it began. `null`: it has ended.
 * Cheap enough to ask every second, and needs no right to look into the process. Elsewhere than on
 * Linux it only says whether there is a process of that number.
 */
export function processMark(pid: number): string | null {
  if (process.platform !== "linux") return isAlive(pid) ? "alive" : null;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in brackets may hold anything; the state comes first after it, the start 19 later.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/**
 * Clears what a killed server left: its children, which would still write, and the files that name
 * its number. PostgreSQL would take whoever has that number now for a running server: a stranger, or
 * its own dead predecessor that nobody has collected yet.
 *
 * Call it under the start lock, when no server runs: it must not meet one that is starting.
 */
export async function endRemains(cluster: Cluster, logger: PostgresLogger): Promise<void> {
  const orphans = clusterProcesses(cluster);
  if (orphans.length > 0) {
    logger.warn({ pids: orphans }, "ending the processes that a killed PostgreSQL left behind");
    const ended =
      (await endAll(cluster, "SIGQUIT", politeLimitMs)) ||
      (await endAll(cluster, "SIGKILL", killLimitMs));
    if (!ended) throw stillThere(cluster);
  }
  const pidFile = await readPidFile(cluster.dataFolder);
  if (pidFile !== null && isAlive(pidFile.pid)) await rm(pidFilePath(cluster.dataFolder));
  for (const name of await readdir(cluster.runFolder)) {
    if (name.startsWith(".s.PGSQL.")) await rm(join(cluster.runFolder, name), { force: true });
  }
}

/** Sends a signal to each process of the cluster until none is left; false after `limitMs`. */
async function endAll(cluster: Cluster, signal: NodeJS.Signals, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  const signalled = new Set<number>();
  for (;;) {
    const left = clusterProcesses(cluster);
    if (left.length === 0) return true;
    if (performance.now() > deadline) return false;
    for (const pid of left.filter((pid) => !signalled.has(pid))) {
      signalled.add(pid);
      sendSignal(pid, signal);
    }
    await new Promise((wake) => setTimeout(wake, pollMs));
  }
}

function stillThere(cluster: Cluster): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    "postgres_not_answering",
    `Processes ${clusterProcesses(cluster).join(", ")} of an earlier PostgreSQL in ` +
      `${cluster.dataFolder} can't be ended. End them yourself, then start again.`,
  );
}

/** A process that ended meanwhile is what was wanted. */
function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** All processes of the cluster. Windows ends a server's children with it. */
function clusterProcesses(cluster: Cluster): number[] {
  if (process.platform === "win32") return [];
  const candidates = process.platform === "linux" ? procPids() : pgrepPids();
  return candidates.filter((pid) => isClusterProcess(pid, cluster));
}

interface ProcessView {
  readonly executable: string | null;
  readonly workingFolder: string | null;
}

function isServerOf(cluster: Cluster, view: ProcessView): boolean {
  return (
    view.executable !== null &&
    basename(view.executable) === "postgres" &&
    view.workingFolder === cluster.dataFolder
  );
}

function procPids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** An update may have replaced the file of a running program, which Linux marks as deleted. */
function inspectByProc(pid: number, cluster: Cluster): ProcessView {
  const owner = statSync(cluster.dataFolder);
  const folder = `/proc/${pid}`;
  if (statSync(folder, { throwIfNoEntry: false })?.uid !== owner.uid) {
    return { executable: null, workingFolder: null };
  }
  return {
    executable: readLink(join(folder, "exe"), owner)?.replace(/ \(deleted\)$/, "") ?? null,
    workingFolder: readLink(join(folder, "cwd"), owner),
  };
}

/**
 * Reads a link of `/proc`. In a container root itself may not look into another user's process
 * (no `CAP_SYS_PTRACE`), but its owner may.
 */
function readLink(path: string, owner: { uid: number; gid: number }): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    const denied = error instanceof Error && "code" in error && error.code === "EACCES";
    if (!denied || process.getuid?.() !== 0) return null;
    const asOwner = spawnSync("readlink", [path], { uid: owner.uid, gid: owner.gid, cwd: "/" });
    return asOwner.status === 0 ? asOwner.stdout.toString().replace(/\n$/, "") : null;
  }
}

function pgrepPids(): number[] {
  const found = spawnSync("pgrep", ["-x", "postgres"]).stdout?.toString() ?? "";
  return found.split("\n").filter(Boolean).map(Number);
}

/** macOS has no `/proc`; `lsof` prints the working folder and the program as `n` fields. */
function inspectByLsof(pid: number): ProcessView {
  const printed = spawnSync("lsof", ["-a", "-p", String(pid), "-d", "cwd,txt", "-Ffn"]);
  const fields = (printed.stdout?.toString() ?? "").split("\n");
  const nameAfter = (field: string) => fields[fields.indexOf(field) + 1]?.slice(1) ?? null;
  return {
    executable: fields.includes("ftxt") ? nameAfter("ftxt") : null,
    workingFolder: fields.includes("fcwd") ? nameAfter("fcwd") : null,
  };
}
