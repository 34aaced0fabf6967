import { spawn } from "node:child_process";
import { constants } from "node:os";
import { repository } from "./repository.mjs";

/** What a terminal itself sends to the whole group, the child included. */
const terminalSignals = new Set(["SIGINT", "SIGHUP"]);
const forwardedSignals = ["SIGINT", "SIGTERM", "SIGHUP"];
const parentPollMs = 500;

/**
 * Runs a program on this process's terminal until it ends, and gives its exit code (128 + n when
 * signal n ended it).
 *
 * A signal sent to this process alone, by a supervisor for example, is handed on, each kind once,
 * since npm may hand it on a second time. At a terminal, Ctrl-C already reached the child.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string }} [options]
 * @returns {Promise<number>}
 */
export function runInForeground(command, args, { cwd = repository } = {}) {
  const atTerminal = [process.stdin, process.stdout, process.stderr].some((s) => s.isTTY);
  const child = spawn(command, args, { cwd, stdio: "inherit" });
  const handOn = (signal) => {
    if (!(atTerminal && terminalSignals.has(signal))) child.kill(signal);
  };
  const ignore = () => {};
  for (const signal of forwardedSignals) process.once(signal, handOn).on(signal, ignore);
  const watch = watchNpm(() => child.kill("SIGTERM"));
  return new Promise((settle) => {
    const end = (exitCode) => {
      clearInterval(watch);
      for (const signal of forwardedSignals) process.off(signal, handOn).off(signal, ignore);
      settle(exitCode);
    };
    child.on("error", (error) => {
      console.error(`${command} can't be run here: ${error.message}`);
      end(1);
    });
    child.on("exit", (code, signal) => end(code ?? 128 + constants.signals[signal]));
  });
}

/** An npm that is killed or loses its terminal hands nothing on: its end counts as SIGTERM. */
function watchNpm(onEnd) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  return setInterval(() => process.ppid !== parent && onEnd(), parentPollMs);
}
