import { Client, DatabaseError } from "pg";
import type { Cluster, ClusterCredentials } from "./cluster.ts";
import type { PidFile } from "./pid-file.ts";

/** Where a server listens: a folder with its Unix socket, or an address of this machine. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

const probeLimitMs = 5_000;

/** The endpoint that a pid file names; null while the server hasn't written it yet. */
export function endpointOf(pidFile: PidFile | null): Endpoint | null {
  if (pidFile === null || pidFile.status !== "ready" || !(pidFile.port > 0)) return null;
  return { host: pidFile.socketFolder || "127.0.0.1", port: pidFile.port };
}

/** The URL of the application's database. A socket folder stands percent-encoded as the host. */
export function connectionUrl(endpoint: Endpoint, credentials: ClusterCredentials): string {
  const host = encodeURIComponent(endpoint.host);
  const { applicationPassword } = credentials;
  return `postgresql://punctual:${applicationPassword}@${host}:${endpoint.port}/punctual`;
}

/**
 * Asks who listens there: `ours` knows the password and serves the cluster's folder. SCRAM proves
 * both sides to each other, so the password isn't given away to another server.
 */
export async function probeServer(
  endpoint: Endpoint,
  cluster: Cluster,
): Promise<"ours" | "another" | "silent"> {
  const client = new Client({
    host: endpoint.host,
    port: endpoint.port,
    user: "postgres",
    database: "postgres",
    password: cluster.credentials.superuserPassword,
    connectionTimeoutMillis: probeLimitMs,
    query_timeout: probeLimitMs,
  });
  // Without a listener, a connection cut between two awaits would end the process.
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(
      "select current_setting('data_directory') as folder",
    );
    return rows[0]?.folder === cluster.dataFolder ? "ours" : "another";
  } catch (error) {
    return error instanceof DatabaseError && error.code === "28P01" ? "another" : "silent";
  } finally {
    await client.end().catch(() => {});
  }
}
