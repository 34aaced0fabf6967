import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { runProgram } from "./run-program.ts";
import type { ServerAccount } from "./server-account.ts";

/** PostgreSQL's program files, complete and runnable by the server's account. */
export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
  readonly majorVersion: number;
}

/** The package lists its library links in a file, since npm packages can't hold links. */
const LibraryLinks = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Finds the program files of the package for this platform.
 *
 * They are used where npm put them, or from a copy in a cache when the account can't read that place
 * (root's home) or the missing links can't be made there (a read-only installation).
 *
 * @throws {EmbeddedPostgresError} when there is no package for the platform, or nothing runs
 */
export async function findBinaries(
  account: ServerAccount | null,
  { installed = packageFolder(), cache = cacheFolder() } = {},
): Promise<Binaries> {
  await linkLibraries(installed).catch(() => {});
  const first = await tryBinaries(installed, account);
  if (typeof first !== "string") return first;
  const cached = await tryBinaries(await cachedCopy(installed, cache), account);
  if (typeof cached !== "string") return cached;
  throw new EmbeddedPostgresError(
    "postgres_unusable",
    `The embedded PostgreSQL doesn't run on this machine: ${cached.trim()}. ` +
      "Set DATABASE_URL to a PostgreSQL of your own.",
  );
}

function packageFolder(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), "..", "native");
  } catch (error) {
    throw new EmbeddedPostgresError(
      "platform_unsupported",
      `There is no embedded PostgreSQL for ${system}-${process.arch}, or its package ${name} isn't ` +
        "installed. Run `npm ci`, or set DATABASE_URL to a PostgreSQL of your own.",
      { cause: error },
    );
  }
}

/** The binaries in a folder, or what they print when they don't run. */
async function tryBinaries(
  folder: string,
  account: ServerAccount | null,
): Promise<Binaries | string> {
  const suffix = process.platform === "win32" ? ".exe" : "";
  const program = (name: string) => join(folder, "bin", `${name}${suffix}`);
  const { exitCode, output } = await runProgram(program("postgres"), ["--version"], { account });
  const version = /\(PostgreSQL\) (\d+)/.exec(output)?.[1];
  if (exitCode !== 0 || version === undefined) return output;
  return {
    initdb: program("initdb"),
    pgCtl: program("pg_ctl"),
    postgres: program("postgres"),
    majorVersion: Number(version),
  };
}

/** Makes the links of `pg-symlinks.json` that are missing, each to its neighbour. */
async function linkLibraries(folder: string): Promise<void> {
  const list = await readFile(join(folder, "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of LibraryLinks.parse(JSON.parse(list))) {
    const link = join(folder, "..", target);
    await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

async function cachedCopy(installed: string, cache: string): Promise<string> {
  const { name, version } = z
    .object({ name: z.string(), version: z.string() })
    .parse(JSON.parse(await readFile(join(installed, "..", "package.json"), "utf8")));
  const copy = join(cache, `postgres-${basename(name)}-${version}`);
  try {
    await mkdir(cache, { recursive: true });
    if ((await readdir(copy).catch(() => [])).length === 0) await copyInto(copy, installed);
    return join(copy, "native");
  } catch (error) {
    throw new EmbeddedPostgresError(
      "postgres_unusable",
      `PostgreSQL's program files in ${installed} can't be run from there, and can't be copied to ` +
        `${cache}. Install this software in a folder that every user may read.`,
      { cause: error },
    );
  }
}

/** Root's copies go where every account can read them, a user's into the user's own cache. */
function cacheFolder(): string {
  if (process.getuid?.() === 0) return "/var/cache/punctual";
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "punctual");
}

/** Copies under another name first: a copy that was interrupted is never taken for a whole one. */
async function copyInto(copy: string, installed: string): Promise<void> {
  const unfinished = await mkdtemp(`${copy}-`);
  try {
    const native = join(unfinished, "native");
    await cp(installed, native, { recursive: true, verbatimSymlinks: true });
    await linkLibraries(native);
    await makeReadable(unfinished);
    await rename(unfinished, copy).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await makeReadable(path);
    else if (entry.isFile()) await chmod(path, 0o755);
  }
}
