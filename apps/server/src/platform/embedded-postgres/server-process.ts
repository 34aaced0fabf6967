import { type ChildProcess, spawn } from "node:child_process";
import { fchownSync } from "node:fs";
import { type FileHandle, open, readFile, rename, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Binaries } from "./binaries.ts";
import type { Cluster } from "./cluster.ts";
import { isClusterProcess } from "./cluster-processes.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import type { Endpoint } from "./endpoint.ts";
import { readPidFile } from "./pid-file.ts";
import type { PostgresLogger } from "./postgres-logger.ts";
import { programOptions, runProgram } from "./run-program.ts";
import type { ServerAccount } from "./server-account.ts";

interface ServerOptions {
  readonly cluster: Cluster;
  readonly account: ServerAccount | null;
  readonly binaries: Binaries;
  readonly logger: PostgresLogger;
}

/** The shortest limit of all systems for a socket's path, its final zero byte not counted (macOS). */
const socketPathLimit = 103;
const logFileLimitBytes = 10_000_000;
const readyPollMs = 5;
const fastStopLimitSeconds = 60;
const immediateStopLimitSeconds = 15;

/**
 * Durable as PostgreSQL is by default, sized for a small machine. The log names no values of rows
 * (`terse`) and no failed statements, which the application reports itself.
 */
const defaultSettings = {
  fsync: "on",
  synchronous_commit: "on",
  max_connections: "200",
  shared_buffers: "128MB",
  wal_buffers: "32MB",
  wal_compression: "on",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  log_min_messages: "log",
  log_error_verbosity: "terse",
  log_checkpoints: "off",
  unix_socket_permissions: "0700",
};

/**
 * Starts the server in a session of its own and waits until it accepts connections.
 *
 * @throws {EmbeddedPostgresError} `postgres_not_starting` with the server's own words
 */
export async function startServer(
  options: ServerOptions & {
    readonly settings: Readonly<Record<string, string>>;
    readonly limitMs: number;
    /** Where it listened before, for those who still know that address. */
    readonly endpoint?: Endpoint | null;
  },
): Promise<void> {
  const { cluster, account, binaries, logger } = options;
  const listen = await listenSettings(cluster, options.endpoint ?? null);
  const settings = { ...defaultSettings, ...listen, ...options.settings };
  const log = await openLog(cluster, account);
  const logStart = (await log.stat()).size;
  try {
    const server = spawn(binaries.postgres, ["-D", cluster.dataFolder, ...asArguments(settings)], {
      ...programOptions(account),
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    server.unref();
    const ready = await waitUntilReady(server, cluster, options.limitMs);
    if (!ready) throw notStarting(await logSince(cluster, logStart));
    logger.info({ pid: server.pid, dataFolder: cluster.dataFolder }, "PostgreSQL started");
    reportDeath(server, cluster, logger);
  } finally {
    await log.close();
  }
}

/**
 * Shuts the server down: open transactions are rolled back, and it ends in order. A server that
 * died by itself is a success; one that doesn't end in time is ended without its last checkpoint,
 * which costs the next start a recovery but loses nothing.
 */
export async function stopServer(options: ServerOptions): Promise<void> {
  const { cluster, account, binaries, logger } = options;
  const stop = (mode: string, seconds: number) =>
    runProgram(
      binaries.pgCtl,
      ["stop", "-D", cluster.dataFolder, "-m", mode, "-w", "-t", String(seconds)],
      { account },
    );
  if (!(await isRunning(cluster))) return;
  const fast = await stop("fast", fastStopLimitSeconds);
  if (fast.exitCode === 0 || !(await isRunning(cluster))) {
    logger.info({ dataFolder: cluster.dataFolder }, "PostgreSQL stopped");
    return;
  }
  logger.warn({ output: fast.output }, "PostgreSQL doesn't stop in order, ending it at once");
  await stop("immediate", immediateStopLimitSeconds);
}

async function isRunning(cluster: Cluster): Promise<boolean> {
  const pidFile = await readPidFile(cluster.dataFolder);
  return pidFile !== null && isClusterProcess(pidFile.pid, cluster);
}

/**
 * A Unix socket in the cluster's folder, which no other account can reach and which needs no free
 * port. Where its path is too long, or on Windows, a free port of the loopback address.
 */
async function listenSettings(
  cluster: Cluster,
  endpoint: Endpoint | null,
): Promise<Record<string, string>> {
  const socket = join(cluster.runFolder, ".s.PGSQL.5432");
  if (process.platform !== "win32" && Buffer.byteLength(socket) <= socketPathLimit) {
    return { unix_socket_directories: cluster.runFolder, listen_addresses: "", port: "5432" };
  }
  return {
    unix_socket_directories: "",
    listen_addresses: "127.0.0.1",
    port: String(endpoint?.port ?? (await findFreePort())),
  };
}

function findFreePort(): Promise<number> {
  return new Promise((settle, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = address !== null && typeof address === "object" ? address.port : 0;
      server.close(() => settle(port));
    });
  });
}

function asArguments(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** The server's log; one that has grown is put aside, over the one put aside before. */
async function openLog(cluster: Cluster, account: ServerAccount | null): Promise<FileHandle> {
  const size = (await stat(cluster.logFile).catch(() => null))?.size ?? 0;
  if (size > logFileLimitBytes) await rename(cluster.logFile, `${cluster.logFile}.1`);
  const log = await open(cluster.logFile, "a", 0o600);
  if (account !== null) fchownSync(log.fd, account.uid, account.gid);
  return log;
}

/** False when the server ended instead. Its pid file says `ready` on the first connection's turn. */
async function waitUntilReady(
  server: ChildProcess,
  cluster: Cluster,
  limitMs: number,
): Promise<boolean> {
  let ended = false;
  server.once("exit", () => (ended = true));
  server.once("error", () => (ended = true));
  const deadline = performance.now() + limitMs;
  while (!ended) {
    const pidFile = await readPidFile(cluster.dataFolder);
    if (pidFile?.pid === server.pid && pidFile?.status === "ready") return true;
    if (performance.now() > deadline) {
      server.kill("SIGINT");
      return false;
    }
    await new Promise((wake) => setTimeout(wake, readyPollMs));
  }
  return false;
}

/** A signal may have ended the server while we live; an orderly stop has no signal and code 0. */
function reportDeath(server: ChildProcess, cluster: Cluster, logger: PostgresLogger): void {
  server.once("exit", (exitCode, signal) => {
    if (exitCode === 0) return;
    logger.warn({ exitCode, signal, logFile: cluster.logFile }, "PostgreSQL ended unexpectedly");
  });
}

function notStarting(serverWords: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    "postgres_not_starting",
    `The embedded PostgreSQL didn't start. It says: ${serverWords || "nothing"}`,
  );
}

async function logSince(cluster: Cluster, position: number): Promise<string> {
  const log = await readFile(cluster.logFile);
  return log.subarray(position).toString("utf8").trim();
}
