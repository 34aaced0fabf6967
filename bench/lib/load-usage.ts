import { readdirSync, readFileSync } from "node:fs";
import type { Queryable } from "../../apps/server/src/platform/database.ts";

/** What a server and its PostgreSQL have used so far. Read from `/proc`, so on Linux only. */
export interface LoadUsage {
  /** User and system time of the server's process. */
  readonly serverCpuSeconds: number;
  /** Of PostgreSQL and all its processes, ended ones included. */
  readonly postgresCpuSeconds: number;
  /** Resident memory of the server's process now and at most. */
  readonly serverMb: number;
  readonly serverPeakMb: number;
}

const TICKS_PER_SECOND = 100;

/** `null` where there is no `/proc`. */
export async function readLoadUsage(db: Queryable, serverPid: number): Promise<LoadUsage | null> {
  if (process.platform !== "linux") return null;
  const [backend] = await db.query<{ pid: number }>("select pg_backend_pid() as pid");
  const postmaster = statOf(backend?.pid ?? 0)?.parent ?? 0;
  const status = readFileSync(`/proc/${serverPid}/status`, "utf8");
  return {
    serverCpuSeconds: statOf(serverPid)?.cpuSeconds ?? 0,
    postgresCpuSeconds: familyCpuSeconds(postmaster),
    serverMb: kilobytesIn(status, "VmRSS") / 1_024,
    serverPeakMb: kilobytesIn(status, "VmHWM") / 1_024,
  };
}

function familyCpuSeconds(parent: number): number {
  const own = statOf(parent);
  let total = (own?.cpuSeconds ?? 0) + (own?.endedChildrenCpuSeconds ?? 0);
  for (const name of readdirSync("/proc")) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : null;
    if (stat?.parent === parent) total += stat.cpuSeconds;
  }
  return total;
}

/** `null`: it has ended. */
function statOf(pid: number) {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null;
  }
  // The name, in brackets, may hold blanks; after it come state, parent, and so on (proc(5)).
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const seconds = (from: number) =>
    (Number(fields[from]) + Number(fields[from + 1])) / TICKS_PER_SECOND;
  return {
    parent: Number(fields[1]),
    cpuSeconds: seconds(11),
    endedChildrenCpuSeconds: seconds(13),
  };
}

function kilobytesIn(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
}
