import { type ChildProcess, spawn } from "node:child_process";
import {
  accessSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterEach, describe, expect, test } from "vitest";
import { copyPreparedCluster, newDataDir } from "../../testkit/prepared-cluster.ts";
import {
  connectToEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from "./embedded-postgres.ts";
import { silentLogger } from "./postgres-logger.ts";

const isRoot = process.getuid?.() === 0;
/** An account that every system has, for "an ordinary user" when the tests are run by root. */
const daemon = 1;
const fixture = fileURLToPath(new URL("postgres-user.fixture.ts", import.meta.url));

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe("the database", () => {
  test("belongs to a role that may create databases and roles, but is no superuser", async () => {
    const { url } = await start(emptyDataDir());
    const [role] = await query(
      url,
      `select current_user as name, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls,
         pg_get_userbyid((select datdba from pg_database where datname = current_database())) as owner
       from pg_roles where rolname = current_user`,
    );
    expect(role).toEqual({
      name: "punctual",
      rolsuper: false,
      rolcreatedb: true,
      rolcreaterole: true,
      rolbypassrls: false,
      owner: "punctual",
    });
  });

  test("refuses a wrong password, and keeps the right one from other users", async () => {
    const dataDir = emptyDataDir();
    const { url } = await start(dataDir);
    await expect(query(url.replace(/:[^:@]+@/, ":wrong@"), "select 1")).rejects.toThrow(
      /password authentication failed/,
    );
    expect(statSync(join(dataDir, "postgres/credentials.json")).mode & 0o777).toBe(0o600);
  });

  test("keeps what was committed when it is stopped and started again", async () => {
    const dataDir = await usedDataDir();
    const first = await start(dataDir);
    await query(first.url, "create table kept as select 1 as n");
    await first.stop();
    const second = await start(dataDir);
    expect(second.adopted).toBe(false);
    expect(await query(second.url, "select n from kept")).toEqual([{ n: 1 }]);
  });

  test("is durable unless told otherwise", async () => {
    const durable = await start(await usedDataDir());
    expect(await setting(durable.url, "fsync")).toBe("on");
    expect(await setting(durable.url, "synchronous_commit")).toBe("on");
    const forgetful = await start(await usedDataDir(), { settings: { fsync: "off" } });
    expect(await setting(forgetful.url, "fsync")).toBe("off");
  });

  test("listens on a port of this machine when the path is too long for a socket", async () => {
    const { url } = await start(join(emptyDataDir(), "long".repeat(30)));
    expect(new URL(url).hostname).toBe("127.0.0.1");
    expect(await query(url, "select 1 as n")).toEqual([{ n: 1 }]);
  });

  test("is not started over a folder that it did not make", async () => {
    const dataDir = emptyDataDir();
    mkdirSync(join(dataDir, "postgres"));
    writeFileSync(join(dataDir, "postgres/holiday.jpg"), "");
    await expect(start(dataDir)).rejects.toThrow(/isn't a PostgreSQL folder made by this software/);
  });

  test("says which version wrote a folder that this version can't read", async () => {
    const dataDir = await usedDataDir();
    await (await start(dataDir)).stop();
    writeFileSync(join(dataDir, "postgres/data/PG_VERSION"), "9\n");
    await expect(start(dataDir)).rejects.toThrow(/was written by PostgreSQL 9/);
  });

  test("is created anew after a creation that was interrupted", async () => {
    const dataDir = emptyDataDir();
    const half = join(dataDir, ".postgres-new-half");
    mkdirSync(join(half, "data"), { recursive: true });
    const { url } = await start(dataDir);
    expect(await query(url, "select 1 as n")).toEqual([{ n: 1 }]);
    expect(existsSync(half)).toBe(false);
  });
});

describe("several users of one folder", () => {
  test("share the server, and the last one to leave ends it", async () => {
    const dataDir = await usedDataDir();
    const first = await start(dataDir);
    const second = await start(dataDir);
    expect([first.adopted, second.adopted]).toEqual([false, true]);
    await first.stop();
    expect(await query(second.url, "select 1 as n")).toEqual([{ n: 1 }]);
    await second.stop();
    expect(await connectToEmbeddedPostgres({ dataDir })).toBeNull();
  });

  test("that start at once on a new folder end with one server", async () => {
    const dataDir = emptyDataDir();
    const users = await Promise.all([1, 2, 3].map(() => startUser(dataDir)));
    expect(new Set(users.map((user) => user.url)).size).toBe(1);
    expect(users.filter((user) => !user.adopted)).toHaveLength(1);
    const starts = await Promise.all(
      users.map((user) => query(user.url, "select pg_postmaster_start_time()::text as at")),
    );
    expect(new Set(starts.map(([row]) => row?.at)).size).toBe(1);
  });

  test("find a running server without starting one", async () => {
    expect(await connectToEmbeddedPostgres({ dataDir: emptyDataDir() })).toBeNull();
    const dataDir = await usedDataDir();
    expect(await connectToEmbeddedPostgres({ dataDir })).toBeNull();
    const { url, stop } = await start(dataDir);
    expect(await connectToEmbeddedPostgres({ dataDir })).toEqual({ url });
    await stop();
    expect(await connectToEmbeddedPostgres({ dataDir })).toBeNull();
  });

  test("may stop twice", async () => {
    const server = await start(await usedDataDir());
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
  });

  test("keep their own ways of ending: no signal is listened to", async () => {
    const listeners = () =>
      ["SIGINT", "SIGTERM", "SIGHUP", "exit"].map((s) => process.listeners(s));
    const before = listeners();
    await (await start(await usedDataDir())).stop();
    expect(listeners()).toEqual(before);
  });
});

describe("after a kill", () => {
  test("-9 of Node, the next start adopts the server with all that was committed", async () => {
    const dataDir = await usedDataDir();
    const user = await startUser(dataDir);
    await query(user.url, "create table kept as select 1 as n");
    await kill(user.child, "SIGKILL");
    const next = await start(dataDir);
    expect(next.adopted).toBe(true);
    expect(await query(next.url, "select n from kept")).toEqual([{ n: 1 }]);
    await next.stop();
    expect(await connectToEmbeddedPostgres({ dataDir })).toBeNull();
  });

  test("by Ctrl-C in the terminal, which ends Node's group, the server is still there", async () => {
    const dataDir = await usedDataDir();
    const user = await startUser(dataDir);
    const ended = new Promise((settle) => user.child.once("exit", settle));
    process.kill(-pidOf(user.child), "SIGINT");
    await ended;
    expect((await start(dataDir)).adopted).toBe(true);
  });

  test("-9 of PostgreSQL, the next start recovers all that was committed", async () => {
    const dataDir = await usedDataDir();
    const first = await start(dataDir);
    await query(first.url, "create table kept as select 1 as n");
    process.kill(postmasterOf(dataDir), "SIGKILL");
    const next = await start(dataDir);
    expect(next.adopted).toBe(false);
    expect(await query(next.url, "select n from kept")).toEqual([{ n: 1 }]);
  });

  test("-9 of PostgreSQL, stopping returns at once", async () => {
    const dataDir = await usedDataDir();
    const server = await start(dataDir);
    process.kill(postmasterOf(dataDir), "SIGKILL");
    await server.stop();
    expect(await connectToEmbeddedPostgres({ dataDir })).toBeNull();
  });

  test("-9 of PostgreSQL, a child that works on is ended, a stranger in the folder isn't", async () => {
    const dataDir = await usedDataDir();
    const first = await start(dataDir);
    const stranger = startStranger(join(dataDir, "postgres/data"));
    const neighbour = await start(await usedDataDir());
    const busy = await startBusyBackend(first.url);
    process.kill(postmasterOf(dataDir), "SIGKILL");
    expect(isAlive(busy)).toBe(true);
    const next = await start(dataDir);
    expect(isAlive(busy)).toBe(false);
    expect(isAlive(pidOf(stranger))).toBe(true);
    expect(await query(next.url, "select 1 as n")).toEqual([{ n: 1 }]);
    expect(await query(neighbour.url, "select 1 as n")).toEqual([{ n: 1 }]);
  });

  test("files that name an innocent process are not believed", async () => {
    const dataDir = await usedDataDir();
    const first = await start(dataDir);
    const pidFile = join(dataDir, "postgres/data/postmaster.pid");
    const text = readFileSync(pidFile, "utf8");
    await first.stop();
    const innocent = startStranger("/");
    writeFileSync(pidFile, text.replace(/^\d+/, String(pidOf(innocent))));
    const socketLock = join(dataDir, "postgres/run/.s.PGSQL.5432.lock");
    writeFileSync(socketLock, text.replace(/^\d+/, String(pidOf(innocent))));
    for (const file of [pidFile, socketLock]) matchOwner(file, join(dataDir, "postgres/data"));
    expect(await connectToEmbeddedPostgres({ dataDir })).toBeNull();
    const next = await start(dataDir);
    expect(next.adopted).toBe(false);
    expect(isAlive(pidOf(innocent))).toBe(true);
    expect(await query(next.url, "select 1 as n")).toEqual([{ n: 1 }]);
  });
});

describe.runIf(isRoot)("root", () => {
  test("starts a server that runs without root's rights", async () => {
    const dataDir = emptyDataDir();
    await start(dataDir);
    expect(statSync(`/proc/${postmasterOf(dataDir)}`).uid).not.toBe(0);
  });

  test("keeps the data elsewhere when the server's account can't enter the folder", async () => {
    const closed = emptyDataDir();
    chmodSync(closed, 0o700);
    const dataDir = join(closed, "data");
    const warnings: string[] = [];
    const warn = (_: object, text: string) => warnings.push(text);
    const logger = { ...silentLogger, warn };
    const first = await start(dataDir, { logger });
    const place = realpathSync(join(dataDir, "postgres"));
    cleanups.push(() => rmSync(place, { recursive: true, force: true }));
    expect(place).toMatch(/^\/var\/lib\/punctual\//);
    expect(warnings.join()).toContain(place);
    await query(first.url, "create table kept as select 1 as n");
    await first.stop();
    const second = await start(dataDir);
    expect(await query(second.url, "select n from kept")).toEqual([{ n: 1 }]);
  });

  test("says so when the place elsewhere is gone", async () => {
    const dataDir = emptyDataDir();
    symlinkSync("/var/lib/punctual/gone", join(dataDir, "postgres"));
    await expect(start(dataDir)).rejects.toThrow(/part of it is gone/);
  });

  test.runIf(othersCanRead(process.execPath))(
    "may start the server of an ordinary user, who may take it back",
    async () => {
      const dataDir = emptyDataDir();
      chownSync(dataDir, daemon, daemon);
      const ordinary = await startUser(dataDir, daemon);
      expect(statSync(`/proc/${postmasterOf(dataDir)}`).uid).toBe(daemon);
      await query(ordinary.url, "create table kept as select 1 as n");
      await finish(ordinary.child);
      const root = await start(dataDir);
      expect(statSync(`/proc/${postmasterOf(dataDir)}`).uid).toBe(daemon);
      await root.stop();
      const again = await startUser(dataDir, daemon);
      expect(await query(again.url, "select n from kept")).toEqual([{ n: 1 }]);
    },
  );
});

async function start(
  dataDir: string,
  options: Omit<EmbeddedPostgresOptions, "dataDir"> = {},
): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, ...options });
  cleanups.push(() => server.stop());
  return server;
}

/** A data folder without a PostgreSQL. */
function emptyDataDir(): string {
  const dataDir = newDataDir();
  cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
}

/** A data folder whose PostgreSQL was created by an earlier start. */
async function usedDataDir(): Promise<string> {
  const dataDir = emptyDataDir();
  await copyPreparedCluster(dataDir, "new");
  return dataDir;
}

/** Another process that uses the server, leading a group of its own as a terminal's command does. */
async function startUser(dataDir: string, uid?: number) {
  const child = spawn(process.execPath, [fixture, dataDir], {
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
    ...(uid !== undefined && { uid, gid: uid }),
  });
  cleanups.push(() => finish(child));
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const { url, adopted }: { url: string; adopted: boolean } = JSON.parse(line);
    return { child, url, adopted };
  }
  throw new Error("the process ended without a server");
}

async function finish(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((settle) => child.once("exit", settle));
  child.stdin?.end();
  await ended;
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = new Promise((settle) => child.once("exit", settle));
  child.kill(signal);
  await ended;
}

/** A process of the account that the server runs as, which has nothing to do with it. */
function startStranger(cwd: string): ChildProcess {
  const owner = isRoot ? accountOf("nobody") : {};
  const child = spawn("sleep", ["600"], { cwd, ...owner });
  cleanups.push(() => kill(child, "SIGKILL"));
  return child;
}

function accountOf(name: string): { uid: number; gid: number } {
  const entry = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((line) => line.startsWith(`${name}:`));
  const [, , uid, gid] = entry?.split(":") ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

/** A backend in the middle of a computation, where it doesn't notice its parent's death. */
async function startBusyBackend(url: string): Promise<number> {
  const client = new Client(url);
  client.on("error", () => {});
  await client.connect();
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  client.query("select count(*) from generate_series(1, 1e12)").catch(() => {});
  cleanups.push(() => client.end().catch(() => {}));
  const pid = rows[0]?.pid ?? 0;
  await expect
    .poll(() => query(url, `select state from pg_stat_activity where pid = ${pid}`))
    .toEqual([{ state: "active" }]);
  return pid;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client(url);
  client.on("error", () => {});
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

async function setting(url: string, name: string): Promise<unknown> {
  const [row] = await query(url, `select current_setting('${name}') as value`);
  return row?.value;
}

function postmasterOf(dataDir: string): number {
  return Number(readFileSync(join(dataDir, "postgres/data/postmaster.pid"), "utf8").split("\n")[0]);
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error("the process didn't start");
  return child.pid;
}

/** A process that ended counts as dead even before its parent has collected it. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

function matchOwner(file: string, folder: string): void {
  const { uid, gid } = statSync(folder);
  if (isRoot) chownSync(file, uid, gid);
}

function othersCanRead(file: string): boolean {
  accessSync(file);
  const parents = file.split("/").map((_, index, parts) => parts.slice(0, index).join("/") || "/");
  return parents.every((parent) => (statSync(parent).mode & 1) === 1);
}
