import { spawn } from "node:child_process";
import { parse } from "node:path";
import type { ServerAccount } from "./server-account.ts";

export interface ProgramOutcome {
  /** Null when a signal ended it or it couldn't be started. */
  readonly exitCode: number | null;
  /** What it printed to either stream; the reason when it couldn't be started. */
  readonly output: string;
}

/** Runs one of PostgreSQL's programs to its end as the given account. Never throws. */
export function runProgram(
  file: string,
  args: readonly string[],
  options: { readonly account: ServerAccount | null; readonly input?: string },
): Promise<ProgramOutcome> {
  return new Promise((settle) => {
    const child = spawn(file, args, programOptions(options.account));
    let output = "";
    child.stdout.on("data", (chunk) => (output += String(chunk)));
    child.stderr.on("data", (chunk) => (output += String(chunk)));
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
    child.on("error", (error) => settle({ exitCode: null, output: error.message }));
    child.on("close", (exitCode) => settle({ exitCode, output }));
  });
}

/**
 * How every program of PostgreSQL is started: as the account, in a folder that always exists, and
 * without the caller's `PG…`, `LD_…` and locale variables, which would change what it does.
 */
export function programOptions(account: ServerAccount | null) {
  const isWindows = process.platform === "win32";
  return {
    cwd: parse(process.execPath).root,
    env: isWindows ? process.env : { PATH: "/usr/bin:/bin", LC_ALL: "C" },
    windowsHide: true,
    ...(account === null ? {} : { uid: account.uid, gid: account.gid }),
  };
}
