import { spawn } from "node:child_process";
import { appendFileSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { expect } from "vitest";
import { type Binaries, findBinaries } from "../platform/embedded-postgres/binaries.ts";
import { type Cluster, findCluster } from "../platform/embedded-postgres/cluster.ts";
import { programOptions } from "../platform/embedded-postgres/run-program.ts";
import {
  findServerAccount,
  type ServerAccount,
} from "../platform/embedded-postgres/server-account.ts";
import { SOON } from "./crash-stage.ts";
import { copyPreparedCluster, newDataDir } from "./prepared-cluster.ts";

/**
 * A PostgreSQL and its replica, each a server of its own. What the primary confirms, the replica has:
 * replication is synchronous.
 */
export interface CrashReplicas {
  readonly primaryUrl: string;
  readonly replicaUrl: string;
  /** The replica hears no more of the primary, which from then on confirms nothing. */
  cutOff(): Promise<void>;
  /** Ends the primary as a power cut would. */
  killPrimary(): Promise<void>;
  /** Makes the replica a primary; settles once it takes writes. */
  promote(): Promise<void>;
  remove(): Promise<void>;
}

const READY = { timeout: 30_000, interval: 50 };

/** Two copies of one folder, whose database is migrated and which nobody uses, and a server on each. */
export async function createCrashReplicas(): Promise<CrashReplicas> {
  const [primaryDir, replicaDir] = [newDataDir(), newDataDir()];
  for (const dataDir of [primaryDir, replicaDir]) await copyPreparedCluster(dataDir, "migrated");
  const primary = await openServer(primaryDir);
  const replica = await openServer(replicaDir);
  follow(replica.cluster, primary.cluster);
  const primaryProcess = run(primary, { synchronous_standby_names: "replica" });
  const replicaProcess = run(replica, { hot_standby: "on" });
  const remove = async () => {
    for (const server of [primaryProcess, replicaProcess]) await server.end();
    for (const dataDir of [primaryDir, replicaDir]) {
      rmSync(dataDir, { recursive: true, force: true });
    }
  };
  try {
    await expect.poll(() => answers(primary.cluster), READY).toBe(true);
    await expect.poll(() => answers(replica.cluster), READY).toBe(true);
    await expect.poll(() => inStep(primary.cluster), READY).toBe(true);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    primaryUrl: urlOf(primary.cluster, "punctual"),
    replicaUrl: urlOf(replica.cluster, "punctual"),
    cutOff: async () => {
      await ask(replica.cluster, "alter system set primary_conninfo = ''");
      await ask(replica.cluster, "select pg_reload_conf()");
      await expect.poll(() => inStep(primary.cluster), SOON).toBe(false);
    },
    killPrimary: async () => {
      primaryProcess.kill("SIGKILL");
      await expect.poll(() => answers(primary.cluster), SOON).toBe(false);
    },
    promote: async () => {
      await ask(replica.cluster, "select pg_promote(true, 60)");
    },
    remove,
  };
}

interface Server {
  readonly cluster: Cluster;
  readonly account: ServerAccount | null;
  readonly binaries: Binaries;
}

async function openServer(dataDir: string): Promise<Server> {
  const cluster = await findCluster(dataDir);
  if (cluster === null) throw new Error(`there is no PostgreSQL in ${dataDir}`);
  const account = await findServerAccount(cluster);
  return { cluster, account, binaries: await findBinaries(account) };
}

/** A replica is told whom to follow in its folder, and the primary lets it. */
function follow(replica: Cluster, primary: Cluster): void {
  const { superuserPassword } = primary.credentials;
  const source =
    `host=${primary.runFolder} port=5432 user=postgres password=${superuserPassword} ` +
    "application_name=replica";
  writeFileSync(join(replica.dataFolder, "standby.signal"), "");
  appendFileSync(
    join(replica.dataFolder, "postgresql.auto.conf"),
    `primary_conninfo = '${source}'\n`,
  );
  const rule = "local replication all scram-sha-256\n";
  appendFileSync(join(primary.dataFolder, "pg_hba.conf"), rule);
}

function run({ cluster, account, binaries }: Server, settings: Readonly<Record<string, string>>) {
  const all = {
    unix_socket_directories: cluster.runFolder,
    listen_addresses: "",
    // No fewer than where the folder comes from, or the replica refuses to follow.
    max_connections: "200",
    ...settings,
  };
  const options = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const log = openSync(cluster.logFile, "a");
  const server = spawn(binaries.postgres, ["-D", cluster.dataFolder, ...options], {
    ...programOptions(account),
    stdio: ["ignore", log, log],
  });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  return {
    kill: (signal: NodeJS.Signals) => server.kill(signal),
    end: async () => {
      server.kill("SIGQUIT");
      await ended;
    },
  };
}

function urlOf({ runFolder, credentials }: Cluster, user: "punctual" | "postgres"): string {
  const { superuserPassword, applicationPassword } = credentials;
  const password = user === "postgres" ? superuserPassword : applicationPassword;
  return `postgresql://${user}:${password}@${encodeURIComponent(runFolder)}:5432/punctual`;
}

async function answers(cluster: Cluster): Promise<boolean> {
  try {
    await ask(cluster, "select 1");
    return true;
  } catch {
    return false;
  }
}

/** Whether what is committed from now on is at the replica, too. */
async function inStep(primary: Cluster): Promise<boolean> {
  const rows = await ask(primary, "select 1 from pg_stat_replication where sync_state = 'sync'");
  return rows.length > 0;
}

async function ask(cluster: Cluster, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: urlOf(cluster, "postgres") });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
