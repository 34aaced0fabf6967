import { randomBytes } from "node:crypto";
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Binaries } from "./binaries.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import type { PostgresLogger } from "./postgres-logger.ts";
import { runProgram } from "./run-program.ts";
import type { ServerAccount } from "./server-account.ts";

/** The folder `<dataDir>/postgres`. It is complete from the moment it has that name. */
export interface Cluster {
  /** PostgreSQL's own folder, without links in its path: the server reports it like this. */
  readonly dataFolder: string;
  /** For the Unix socket. */
  readonly runFolder: string;
  readonly logFile: string;
  readonly majorVersion: number;
  readonly credentials: ClusterCredentials;
}

const ClusterCredentials = z.object({
  superuserPassword: z.string(),
  applicationPassword: z.string(),
});
export type ClusterCredentials = z.infer<typeof ClusterCredentials>;

/** Where root keeps a cluster when the account can't enter the data folder. */
const sharedStateFolder = "/var/lib/punctual";
const unfinishedPrefix = ".postgres-new-";

/**
 * Reads the cluster of a data folder; null when there is none yet.
 *
 * @throws {EmbeddedPostgresError} when the folder isn't one of ours, or isn't ours to read
 */
export async function findCluster(dataDir: string): Promise<Cluster | null> {
  const home = await resolveHome(join(dataDir, "postgres"));
  if (home === null) return null;
  try {
    const credentials = await readFile(join(home, "credentials.json"), "utf8");
    const dataFolder = join(home, "data");
    return {
      dataFolder,
      runFolder: join(home, "run"),
      logFile: join(home, "server.log"),
      majorVersion: Number(await readFile(join(dataFolder, "PG_VERSION"), "utf8")),
      credentials: ClusterCredentials.parse(JSON.parse(credentials)),
    };
  } catch (error) {
    throw unreadable(home, error);
  }
}

/** Follows the link that root may have left; an empty folder counts as none. */
async function resolveHome(path: string): Promise<string | null> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return null;
  try {
    const home = await realpath(path);
    return (await readdir(home)).length === 0 ? null : home;
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): EmbeddedPostgresError {
  const denied = cause instanceof Error && "code" in cause && cause.code === "EACCES";
  return denied
    ? new EmbeddedPostgresError(
        "data_folder_of_another_user",
        `${path} belongs to another user. Run this as the user who started the server.`,
        { cause },
      )
    : new EmbeddedPostgresError(
        "data_folder_unusable",
        `${path} isn't a PostgreSQL folder made by this software, or part of it is gone. ` +
          "Restore it from a backup, or set DATA_DIR to another folder.",
        { cause },
      );
}

/**
 * Creates the cluster of a data folder: initdb, passwords, the application's role and its database.
 * All of it happens beside; one rename at the end makes it the cluster, so an interrupted creation
 * leaves nothing that looks whole. Call it under the start lock.
 */
export async function createCluster(options: {
  readonly dataDir: string;
  readonly account: ServerAccount | null;
  readonly binaries: Binaries;
  readonly logger: PostgresLogger;
}): Promise<Cluster> {
  const { dataDir, account, binaries, logger } = options;
  await removeUnfinished(dataDir);
  const elsewhere = account !== null && !(await canEnter(dataDir, account));
  const place = elsewhere ? await makePlaceElsewhere() : join(dataDir, unfinishedPrefix);
  const home = await mkdtemp(place);
  try {
    await chmod(home, 0o755);
    await fillHome(home, account, binaries);
    const path = join(dataDir, "postgres");
    await (elsewhere ? symlink(home, path) : rename(home, path));
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    throw error;
  }
  const cluster = await findCluster(dataDir);
  if (cluster === null) throw new Error(`${dataDir}/postgres vanished while it was created`);
  if (elsewhere) {
    logger.warn(
      { dataFolder: cluster.dataFolder },
      `PostgreSQL runs without root's rights and can't enter ${dataDir}: its data is in ${home}`,
    );
  }
  return cluster;
}

async function removeUnfinished(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (name.startsWith(unfinishedPrefix)) await rm(join(dataDir, name), { recursive: true });
  }
}

/** Whether an account may pass through a folder and all above it, by their permission bits. */
async function canEnter(folder: string, account: ServerAccount): Promise<boolean> {
  for (let path = await realpath(folder); ; path = dirname(path)) {
    const { mode, uid, gid } = await stat(path);
    const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
    if (((mode >> shift) & 1) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

async function makePlaceElsewhere(): Promise<string> {
  try {
    await mkdir(sharedStateFolder, { recursive: true });
  } catch (error) {
    throw new EmbeddedPostgresError(
      "data_folder_unusable",
      "PostgreSQL refuses to run as root, and the account it runs as instead can enter neither the " +
        `data folder nor ${sharedStateFolder}. Set DATA_DIR to a folder that every user may enter.`,
      { cause: error },
    );
  }
  return join(sharedStateFolder, "postgres-");
}

async function fillHome(home: string, account: ServerAccount | null, binaries: Binaries) {
  const dataFolder = join(home, "data");
  for (const folder of [dataFolder, join(home, "run")]) {
    await mkdir(folder, { mode: 0o700 });
    if (account !== null) await chown(folder, account.uid, account.gid);
  }
  const credentials = { superuserPassword: newPassword(), applicationPassword: newPassword() };
  const file = join(home, "credentials.json");
  await writeFile(file, `${JSON.stringify(credentials)}\n`, { mode: 0o600 });

  const run = async (program: string, args: readonly string[], input?: string) => {
    const outcome = await runProgram(program, args, { account, ...(input && { input }) });
    if (outcome.exitCode === 0) return;
    throw new EmbeddedPostgresError(
      "postgres_unusable",
      `PostgreSQL's data folder couldn't be created in ${dirname(home)}: ${outcome.output.trim()}`,
    );
  };
  await run(binaries.initdb, ["-D", dataFolder, ...initdbOptions]);
  await writeFile(join(dataFolder, "pg_hba.conf"), passwordForEverybody);
  await run(
    binaries.postgres,
    ["--single", "-j", "-D", dataFolder, ...singleUserOptions],
    [...rolesAndDatabase(credentials), ""].join(";\n\n"),
  );
}

/** The built-in locale sorts alike on every system and doesn't change with its C library. */
const initdbOptions = [
  "--username=postgres",
  "--auth=trust",
  "--encoding=UTF8",
  "--locale=C",
  "--locale-provider=builtin",
  "--builtin-locale=C.UTF-8",
];

/** An error ends it with a code, and never shows the statement with the password. */
const singleUserOptions = [
  ...["-c", "exit_on_error=on", "-c", "log_min_error_statement=panic"],
  "postgres",
];

const passwordForEverybody = `\
# Only this machine, and only with a password.
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
`;

/** The application's role makes databases and roles, and is bound by row-level security. */
function rolesAndDatabase(credentials: ClusterCredentials): string[] {
  const { superuserPassword, applicationPassword } = credentials;
  return [
    `alter role postgres password '${superuserPassword}'`,
    `create role punctual login createdb createrole password '${applicationPassword}'`,
    "create database punctual owner punctual",
  ];
}

/** 192 bits in letters, digits, `-` and `_`, which need no escape in SQL or a URL. */
function newPassword(): string {
  return randomBytes(24).toString("base64url");
}
