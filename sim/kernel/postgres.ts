/**
 * A real PostgreSQL for each simulation. A template is made once: schema, virtual clock, no passwords. Each
 * run gets a copy of its files, so that every run begins with the very same bytes.
 */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "../../apps/server/src/platform/embedded-postgres/embedded-postgres.ts";
import { migrate } from "../../apps/server/src/store/migrate.ts";
import { newFolder, readPid } from "./server-folder.ts";

const run = promisify(execFile);

/** Nothing outlives the run, nothing happens by itself, and a lost lock race is found by us. */
const SETTINGS = {
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "on",
  autovacuum: "off",
  deadlock_timeout: "1h",
  checkpoint_timeout: "1d",
  max_wal_size: "2GB",
  wal_level: "minimal",
  max_wal_senders: "0",
  bgwriter_lru_maxpages: "0",
  max_parallel_workers_per_gather: "0",
  io_method: "sync",
  track_activities: "off",
};

/**
 * `now_ms` reads a sequence, whose value changes at once for everybody and whatever transaction they
 * are in. Ids that SQL makes are counted.
 */
const SIMULATED = `
  create unlogged sequence sim_clock;
  create sequence sim_uuid;
  grant select, usage on sim_clock to punctual_tenant;
  create or replace function now_ms() returns bigint language sql volatile parallel safe
    as $$ select pg_sequence_last_value('sim_clock'::regclass) $$;
  create function gen_random_uuid() returns uuid language sql volatile
    as $$ select lpad(to_hex(nextval('sim_uuid')), 32, '0')::uuid $$;
  alter database punctual set search_path = public, pg_catalog;
`;

/** Makes the template in an empty folder, or in one of its own. Gives the folder. */
export async function createTemplate(
  folder = newFolder("punctual-sim-template-"),
): Promise<string> {
  const postgres = await startEmbeddedPostgres({ dataDir: folder, settings: SETTINGS });
  try {
    await migrate(postgres.url);
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(SIMULATED);
    await client.end();
  } finally {
    await postgres.stop();
  }
  const hba = join(folder, "postgres", "data", "pg_hba.conf");
  await writeFile(hba, "local all all trust\nhost all all 127.0.0.1/32 trust\n");
  return folder;
}

export interface SimulatedServer {
  readonly url: string;
  /** Its Unix socket. */
  readonly socketPath: string;
  /** Ends it without a shutdown, and starts it again: it recovers as after a crash. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a server on a copy of the template.
 * @param folder an empty one; whoever made it removes it
 */
export async function startServer(template: string, folder: string): Promise<SimulatedServer> {
  await run("cp", ["-a", `${template}/.`, folder]);
  const start = () => startEmbeddedPostgres({ dataDir: folder, settings: SETTINGS });
  let postgres: EmbeddedPostgres = await start();
  return {
    url: postgres.url,
    socketPath: socketPathOf(postgres.url),
    crash: async () => {
      const pid = readPid(folder);
      if (pid !== null) process.kill(pid, "SIGQUIT");
      await postgres.stop();
      postgres = await start();
    },
    stop: () => postgres.stop(),
  };
}

function socketPathOf(url: string): string {
  const { hostname, port } = new URL(url);
  return `${decodeURIComponent(hostname)}/.s.PGSQL.${port}`;
}
