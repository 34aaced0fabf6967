import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

function run(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  return { child, exit: once(child, "close"), output: () => output };
}

test("the command starts, says where to go next, and stops when told", async () => {
  const { child, exit, output } = run("--port", "0");
  await once(child.stdout, "data");
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output())?.[0];
  expect(output()).toContain("punctual channel add whatsapp");
  const answer = await fetch(`${url}/_emulator/customers/anna/messages`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ type: "text", text: "Hello!" }),
  });
  expect(answer.status).toBe(201);
  child.kill("SIGTERM");
  expect((await exit)[0]).toBe(0);
});

test("--help names every option", async () => {
  const { exit, output } = run("--help");
  expect((await exit)[0]).toBe(0);
  expect(output()).toContain("--allow-webhook-host <host>");
});

test("a webhook to another machine is refused with what to do", async () => {
  const { exit, output } = run("--port", "0", "--webhook-url", "https://example.com/hook");
  expect((await exit)[0]).toBe(1);
  expect(output()).toContain("--allow-webhook-host example.com");
});
