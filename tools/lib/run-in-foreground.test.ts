import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { expect, test } from "vitest";

const launcher = `
  import { runInForeground } from ${JSON.stringify(new URL("run-in-foreground.mjs", import.meta.url))};
  process.exitCode = await runInForeground(process.execPath, ["-e", process.argv[1]]);
`;
/** Tells its process id, then each signal; ends with 7 at the end of its input. */
const program = `
  for (const s of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(s, () => console.log(s));
  process.stdin.resume().on("end", () => process.exit(7));
  console.log(process.pid);
`;

test("a signal to the launcher alone reaches the program once, however often it comes", async () => {
  const { child, nextLine } = launch(program);
  await nextLine();
  child.kill("SIGINT");
  expect(await nextLine()).toBe("SIGINT");
  child.kill("SIGINT");
  child.kill("SIGTERM");
  expect(await nextLine()).toBe("SIGTERM");
  child.stdin?.end();
  expect(await nextLine()).toBeUndefined();
});

test("the launcher ends with the program's exit code", async () => {
  const { child, nextLine } = launch(program);
  await nextLine();
  child.stdin?.end();
  expect(await once(child, "exit")).toEqual([7, null]);
});

test("a program that a signal killed gives 128 and the signal's number", async () => {
  const { child, nextLine } = launch(program);
  process.kill(Number(await nextLine()), "SIGKILL");
  expect(await once(child, "exit")).toEqual([137, null]);
});

test("the program is stopped when npm, which started the launcher, was killed", async () => {
  const npm = `
    const { spawn } = require("node:child_process");
    spawn(process.execPath, ["--input-type=module", "-e", process.argv[1], process.argv[2]],
      { stdio: "inherit", env: { ...process.env, npm_lifecycle_event: "start" } });
  `;
  const server = `
    process.on("SIGTERM", () => { console.log("SIGTERM"); process.exit(); });
    setInterval(() => {}, 1000);
    console.log("started");
  `;
  const child = spawn(process.execPath, ["-e", npm, launcher, server], pipes);
  const nextLine = linesOf(child);
  expect(await nextLine()).toBe("started");
  child.kill("SIGKILL");
  expect(await nextLine()).toBe("SIGTERM");
});

const pipes: { stdio: StdioOptions } = { stdio: ["pipe", "pipe", "inherit"] };

function launch(script: string) {
  const { npm_lifecycle_event: _, ...env } = process.env;
  const args = ["--input-type=module", "-e", launcher, script];
  const child = spawn(process.execPath, args, { ...pipes, env });
  return { child, nextLine: linesOf(child) };
}

function linesOf(child: ChildProcess): () => Promise<string | undefined> {
  if (child.stdout === null) throw new Error("the program's output is not piped");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => (await lines.next()).value;
}
