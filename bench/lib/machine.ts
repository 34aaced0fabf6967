import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, release, type as systemName, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { onBenchBusiness } from "./bench-server.ts";
import { redisVersion } from "./redis-server.ts";
import type { Results } from "./results.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

/** What a figure was measured on: machine, versions, and the state of this repository. */
export async function describeMachine(
  folder: string,
): Promise<Pick<Results, "machine" | "versions" | "commit" | "dirty">> {
  const postgres = await onBenchBusiness(folder, async ({ deps }) => {
    const [row] = await deps.db.query<{ server_version: string }>("show server_version");
    return row?.server_version ?? "unknown";
  });
  return {
    machine: {
      CPU: cpus()[0]?.model ?? "unknown",
      cores: availableParallelism(),
      memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
      kernel: `${systemName()} ${release()}`,
    },
    versions: {
      "Node.js": process.version.slice(1),
      PostgreSQL: postgres,
      Redis: (await redisVersion()) ?? "none",
      BullMQ: versionOf("bullmq"),
      "pg-boss": versionOf("pg-boss"),
      "graphile-worker": versionOf("graphile-worker"),
    },
    commit: git("rev-parse", "HEAD"),
    dirty: git("status", "--porcelain", "--", ".", ":!bench/results", ":!bench/README.md") !== "",
  };
}

function versionOf(name: string): string {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return String((JSON.parse(readFileSync(file, "utf8")) as { version?: string }).version);
}

function git(...args: string[]): string {
  try {
    return execFileSync("git", args, { cwd: REPOSITORY, encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}
