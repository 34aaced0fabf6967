import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testkit/test-database.ts";
import { runCommandLine } from "./command-line.ts";

/**
 * Most commands run in this process, which takes a tenth of the time. What a process of its own adds is
 * tested with one: what it reads from its input, its exit code, and how it serves and stops.
 */
const program = fileURLToPath(new URL("main.ts", import.meta.url));
let database: TestDatabase;
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
afterAll(() => database.drop());

describe("a business is set up from the command line", () => {
  test("with its people, tokens, channel and settings", async () => {
    const { stdout } = await runProgram(["account", "create", "--name", "Shop", "--json"]);
    const shop: unknown = JSON.parse(stdout);
    expect(shop).toMatchObject({ id: expect.any(String), name: "Shop" });

    const anna = await json([
      ...["member", "add", "--email", "anna@shop.example", "--name", "Anna", "--role", "admin"],
    ]);
    expect(anna).toMatchObject({
      role: "admin",
      invitation: { url: expect.stringMatching(/^https:\/\/chat\.example\/invitation\?token=/) },
    });
    expect((await run(["member", "token", "--email", "Anna@shop.example"])).stdout).toMatch(
      /^pun_\S{40,}\n$/,
    );

    const channel = await json(["channel", "add", "whatsapp", "--phone-number-id", "1065"], {
      WHATSAPP_ACCESS_TOKEN: "token-a",
      WHATSAPP_APP_SECRET: "secret-a",
    });
    expect(channel).toMatchObject({
      webhookUrl: `https://chat.example/webhooks/whatsapp/${idOf(channel)}`,
      verifyToken: expect.any(String),
    });

    await json(["settings", "set", "closure.enabled=true", "closure.afterMinutes=30"]);
    const override = await json([
      ...["settings", "set", "--channel", idOf(channel), "closure.afterMinutes=7"],
    ]);
    expect(override).toMatchObject({ closure: { enabled: true, afterMinutes: 7 }, reply: null });
    expect(await json(["settings", "get"])).toMatchObject({
      version: 2,
      closure: { enabled: true, afterMinutes: 30 },
      reply: { enabled: false },
    });
  });

  test("with a way back in for who forgot the password, once there is a login", async () => {
    const reset = ["member", "reset-password", "--email", "anna@shop.example"];
    expect((await run(reset)).stderr).toContain("This member has no login yet.");
    await database.db.query("update members set auth_user_id = 'anna' where name = 'Anna'");
    expect(await json(reset)).toEqual({
      url: expect.stringMatching(/^https:\/\/chat\.example\/reset-password\?token=[\w-]{43}$/),
      expiresAt: expect.any(String),
      emailed: false,
    });
    await database.db.query("update members set auth_user_id = null where name = 'Anna'");
  });

  test("from a file that another installation wrote", async () => {
    const exported = await run(["settings", "export"]);
    const file = JSON.parse(exported.stdout) as { clock: { reply: { limitMinutes: number } } };
    file.clock.reply.limitMinutes = 99;
    const imported = await runProgram(["settings", "import", "-"], {}, JSON.stringify(file));
    expect(imported.stdout).toContain("1 clock settings changed");
    expect(await json(["settings", "get"])).toMatchObject({ reply: { limitMinutes: 99 } });
    expect(await json(["rules", "list"])).toEqual({ assignmentRules: [] });
    expect(await json(["sessions", "list"])).toEqual({ sessions: [], nextCursor: null });
  });

  test("with secrets that no other user of the machine can see", async () => {
    const secrets = { accessToken: "token-b", appSecret: "secret-b", verifyToken: "verify-b" };
    const added = await runProgram(
      ["channel", "add", "whatsapp", "--phone-number-id", "2", "--secrets-from-stdin", "--json"],
      {},
      JSON.stringify(secrets),
    );
    expect(JSON.parse(added.stdout)).toMatchObject({ verifyToken: "verify-b" });
    const [stored] = await database.db.query("select config from channels where address = '2'");
    expect(stored).toMatchObject({ config: secrets });
  });

  test("with a channel that gets a new name, and new credentials when it was stopped", async () => {
    const [channel] = await database.db.query<{ id: string }>(
      "update channels set stopped_at = 1, stopped_reason = 'x' where address = '2' returning id",
    );
    const set = ["channel", "set", idOf(channel)];
    const stored = async () => {
      const [row] = await database.db.query(
        `select name, config->>'accessToken' as token, config->>'appSecret' as secret, stopped_reason
         from channels where address = '2'`,
      );
      return row;
    };
    const left = { WHATSAPP_ACCESS_TOKEN: "of-another" };
    expect(await json([...set, "--name", "Sales"], left)).toMatchObject({ changed: ["name"] });
    expect(await stored()).toEqual({
      ...{ name: "Sales", token: "token-b", secret: "secret-b", stopped_reason: "x" },
    });
    await json(set, { WHATSAPP_ACCESS_TOKEN: "token-c" });
    expect(await stored()).toEqual({
      ...{ name: "Sales", token: "token-c", secret: "secret-b", stopped_reason: null },
    });
    expect((await run(set)).stderr).toContain("Say what to change.");
  });
});

describe("what goes wrong is said in a sentence", () => {
  test("when several businesses could be meant", async () => {
    await json(["account", "create", "--name", "Second"]);
    const answer = await run(["settings", "get"]);
    expect(answer).toMatchObject({ exitCode: 1, stdout: "" });
    expect(answer.stderr).toMatch(/There are several businesses\. Choose one with --account:/);
    expect(await json(["settings", "get", "--account", "Second"])).toMatchObject({ version: 1 });
  });

  test("when it can't be done, with exit code 1", async () => {
    expect(await runProgram(["member", "token", "--email", "nobody@shop.example"])).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "There is no member with the e-mail nobody@shop.example.\n",
    });
    const invalid = await run(["settings", "set", "reply.warnMinutes=200", "--account", "Second"]);
    expect(invalid.exitCode).toBe(1);
    expect(invalid.stderr).toContain("The warning must come before the limit");
    const asJson = await run(["settings", "get", "--json"], { ROLES: "cook" });
    expect(JSON.parse(asJson.stderr)).toEqual({
      error: {
        code: "config_invalid",
        message: "ROLES is not right. Choose from http, realtime, timers, outbox.",
      },
    });
  });

  test("when a setting doesn't exist or can't have the value", async () => {
    const change = (assignment: string) =>
      run(["settings", "set", assignment, "--account", "Second"]);
    const { stderr: unknown } = await change("foo=1");
    expect(unknown).toContain("There is no setting foo.");
    expect(unknown).toMatch(/closure\.afterMinutes +whole minutes from 1 to 43200/);
    expect((await change("closure.foo=1")).stderr).toContain("no setting closure.foo.");
    expect((await change("closure.a.b=1")).stderr).toContain("no setting closure.a.b.");
    expect((await change("closure.afterMinutes=abc")).stderr).toBe(
      'closure.afterMinutes can\'t be "abc". It takes whole minutes from 1 to 43200 (30 days).\n',
    );
  });

  test("when a channel's secrets are missing", async () => {
    const add = ["channel", "add", "whatsapp", "--phone-number-id", "3", "--account", "Second"];
    expect(await run(add)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr:
        "The access token is missing: set WHATSAPP_ACCESS_TOKEN, or give --access-token.\n" +
        "The app secret is missing: set WHATSAPP_APP_SECRET, or give --app-secret.\n",
    });
  });

  test("when the port is taken, and whether Punctual has it", async () => {
    const other = await startHttp(() => 404);
    const taken = await runProgram(["serve"], { PORT: new URL(other).port, LOG_LEVEL: "silent" });
    expect(taken).toMatchObject({ exitCode: 1 });
    expect(taken.stderr).toContain(`Port ${new URL(other).port} is in use by another program.`);

    const url = await addressOf(start(["serve", "--json"], { PORT: "0", LOG_LEVEL: "silent" }));
    const second = await runProgram(["serve"], { PORT: new URL(url).port, LOG_LEVEL: "silent" });
    expect(second.stderr).toContain(`Port ${new URL(url).port} is in use by Punctual itself`);
  });

  test("when the database is not there", async () => {
    const answer = await run(["migrate"], { DATABASE_URL: "postgres://me:pw@127.0.0.1:9/x" });
    expect(answer).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^The database can't be reached\./),
    });
  });

  test("when it is used wrongly, with exit code 2", async () => {
    expect((await runProgram(["member", "add", "--email", "anna"])).exitCode).toBe(2);
    expect((await run(["dance"])).exitCode).toBe(2);
  });

  test("the version is the package's", async () => {
    expect((await run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test("every command explains itself", async () => {
    for (const command of ["serve", "migrate", "doctor", "member add", "channel add whatsapp"]) {
      const { exitCode, stdout } = await run([...command.split(" "), "--help"]);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(`Usage: punctual ${command}`);
      expect(stdout).toContain("--json");
    }
  });
});

describe("the doctor", () => {
  test("finds a token that no longer works and webhooks that can't arrive", async () => {
    const own = await createTestDatabase();
    cleanups.push(() => own.drop());
    const meta = await startHttp((url) => (url.startsWith("/v25.0/77") ? 401 : 404));
    const at = { DATABASE_URL: own.url, PUBLIC_URL: meta };
    await json(["account", "create", "--name", "Shop"], at);
    await json(
      [
        ...["channel", "add", "whatsapp", "--phone-number-id", "77", "--graph-url", meta],
        ...["--access-token", "old", "--app-secret", "s"],
      ],
      at,
    );
    const { exitCode, stdout } = await run(["doctor", "--json"], at);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      healthy: false,
      findings: [
        { name: "database", state: "ok" },
        { name: "schema", state: "ok" },
        { name: "separation", state: "ok" },
        { name: "server", state: "warning", fix: "Start it: npm start" },
        { name: "e-mail", state: "warning", message: expect.stringContaining("No e-mail is sent") },
        { name: "Shop", state: "warning", message: expect.stringContaining("assignment rule") },
        { name: "Shop", state: "warning", message: "It has no members." },
        { state: "problem", message: expect.stringContaining("access token is refused") },
        { state: "warning", fix: expect.stringContaining("Start the server") },
        { state: "warning", message: "No webhook has come yet." },
      ],
    });

    await own.db.query(
      `insert into nodes (id, started_at, heartbeat_at, roles)
       values (gen_random_uuid(), 0, now_ms(), '{http,realtime,timers,outbox}')`,
    );
    await own.db.query("update channels set stopped_at = 1, stopped_reason = 'It is revoked.'");
    const { stdout: beside } = await run(["doctor"], at);
    expect(beside).toContain("✓ server: 1 server process is running.");
    expect(beside).toMatch(
      /✗ Shop: WhatsApp 77: Webhooks can't arrive at .*: somebody else answers/,
    );
    expect(beside).toMatch(
      /Sending was stopped: It is revoked\.\n +.*punctual channel set \S{36} --help/,
    );
  });

  test("finds what a new business still lacks, and a mistake in the environment", async () => {
    const own = await createTestDatabase();
    cleanups.push(() => own.drop());
    const at = { DATABASE_URL: own.url };
    expect((await run(["doctor"], at)).stdout).toContain("! business: There is none yet.");
    await json(["account", "create", "--name", "Shop"], at);
    await json(["member", "add", "--email", "a@shop.example", "--name", "A"], at);
    const { exitCode, stdout } = await run(["doctor"], at);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("! Shop: No channel is connected");
    expect(stdout).toContain("! Shop: No assignment rule is on");
    expect(stdout).toContain("✓ Shop: 1 member, 0 of them online.");

    const mail = { SMTP_URL: "smtp://127.0.0.1:9", MAIL_FROM: "chat@shop.example" };
    const away = await run(["doctor"], { ...at, ...mail });
    expect(away.exitCode).toBe(1);
    expect(away.stdout).toContain("✗ e-mail: The mail server can't be used: connect ECONNREFUSED");

    const wrong = await run(["doctor"], { ...at, PUBLIC_URL: "chat.example" });
    expect(wrong.exitCode).toBe(1);
    expect(wrong.stdout).toMatch(/^✗ configuration: .*\n +PUBLIC_URL is not right\./);
  });

  test("finds a table whose rows are not kept apart", async () => {
    const own = await createTestDatabase();
    cleanups.push(() => own.drop());
    await own.db.query("alter table contacts disable row level security");
    const { exitCode, stdout } = await run(["doctor"], { DATABASE_URL: own.url });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("✗ separation: Row-level security is not in force: contacts.");
  });
});

test("commands work beside a server with its own database, which stops cleanly", async () => {
  const dataDir = newDataDir();
  const embedded = { DATABASE_URL: "", DATA_DIR: dataDir, PORT: "0", LOG_LEVEL: "warn" };
  const server = start(["serve", "--json"], embedded);
  const url = await addressOf(server);

  await json(["account", "create", "--name", "Shop"], embedded);
  await json(["member", "add", "--email", "a@shop.example", "--name", "A"], embedded);
  const { stdout: token } = await run(["member", "token", "--email", "a@shop.example"], embedded);
  const answer = await fetch(`${url}/api/v1/sessions`, {
    headers: { authorization: `Bearer ${token.trim()}` },
  });
  expect(answer.status).toBe(200);

  const ended = new Promise<number | null>((resolve) => server.on("exit", resolve));
  server.kill("SIGTERM");
  expect(await ended).toBe(0);
  const { stdout: stopped } = await run(["doctor"], embedded);
  expect(stopped).toContain("! server: No server is running.");
  expect(await json(["member", "list"], embedded)).toMatchObject({ members: [{ name: "A" }] });
});

type Environment = Readonly<Record<string, string>>;

/** What a command wrote, and what its process ends with. */
interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function wholeEnvironment(environment: Environment): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "",
    DATABASE_URL: database.url,
    PUBLIC_URL: "https://chat.example",
    ...environment,
  };
}

/** Starts a command as a process of its own. */
function start(args: readonly string[], environment: Environment) {
  const child = spawn(process.execPath, [program, ...args], { env: wholeEnvironment(environment) });
  cleanups.push(() => child.kill("SIGKILL"));
  return child;
}

/** Runs a command as a process of its own. */
async function runProgram(
  args: readonly string[],
  environment: Environment = {},
  input = "",
): Promise<Ran> {
  const child = start(args, environment);
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  child.stdin.end(input);
  const [stdout, stderr, exitCode] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended,
  ]);
  return { exitCode, stdout, stderr };
}

/** Runs a command in this process. */
async function run(args: readonly string[], environment: Environment = {}): Promise<Ran> {
  const written = { stdout: "", stderr: "" };
  const keep = (stream: keyof typeof written, end: string) => (said: unknown) => {
    written[stream] += `${String(said)}${end}`;
    return true;
  };
  const listening = [
    vi.spyOn(console, "log").mockImplementation(keep("stdout", "\n")),
    vi.spyOn(console, "error").mockImplementation(keep("stderr", "\n")),
    vi.spyOn(process.stdout, "write").mockImplementation(keep("stdout", "")),
    vi.spyOn(process.stderr, "write").mockImplementation(keep("stderr", "")),
  ];
  const { env, exitCode: before } = process;
  process.env = wholeEnvironment(environment);
  try {
    const exitCode = await runCommandLine([process.execPath, program, ...args]);
    return { exitCode, ...written };
  } finally {
    process.env = env;
    process.exitCode = before;
    for (const each of listening) each.mockRestore();
  }
}

/** Runs a command that must succeed, and gives its JSON. */
async function json(args: readonly string[], environment: Environment = {}): Promise<unknown> {
  const { exitCode, stdout, stderr } = await run([...args, "--json"], environment);
  if (exitCode !== 0) throw new Error(`punctual ${args.join(" ")} failed: ${stderr}`);
  return JSON.parse(stdout);
}

/** The address that `serve --json` prints among its log lines. */
async function addressOf(server: ChildProcess): Promise<string> {
  if (server.stdout === null) throw new Error("the server has no output");
  for await (const line of createInterface(server.stdout)) {
    if (line.startsWith('{"url":')) return (JSON.parse(line) as { url: string }).url;
  }
  throw new Error("the server ended before it listened");
}

async function startHttp(statusOf: (url: string) => number): Promise<string> {
  const server: Server = createServer((request, response) => {
    response.statusCode = statusOf(request.url ?? "");
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function newDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), "punctual-cli-"));
  // For root: PostgreSQL then runs as another account, which must be able to enter.
  chmodSync(folder, 0o755);
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function idOf(row: unknown): string {
  return (row as { id: string }).id;
}
