/**
 * How late deadlines fire in a real run: the server as its own process, the emulator, settings of one
 * minute, some hundred sessions of which every second is answered. Waits the three minutes that it
 * takes. `node bench/lateness.ts [--sessions 200] [--folder /dev/shm]`
 */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Emulator, startEmulator } from "@punctual/whatsapp-emulator";
import pg from "pg";
import { connectToEmbeddedPostgres } from "../apps/server/src/platform/embedded-postgres/embedded-postgres.ts";
import { type RealServer, startRealServer } from "./lib/real-server.ts";

const { values } = parseArgs({
  options: {
    sessions: { type: "string", default: "200" },
    folder: { type: "string", default: tmpdir() },
  },
});
const SESSIONS = Number(values.sessions);
/** Warned after one minute, reassigned and closed after one, overdue after two. */
const SETTINGS = {
  closure: { enabled: true, afterMinutes: 1, message: "Goodbye", outsideWindow: "silent" },
  reassign: { enabled: true, afterMinutes: 1, maxPerWait: 3 },
  reply: { enabled: true, limitMinutes: 2, warnMinutes: 1, countFrom: "customerMessage" },
  applyTo: "all",
};
const NUMBER = {
  phoneNumberId: "106540352242922",
  accessToken: "t",
  appSecret: "s",
  verifyToken: "v",
};

async function api(
  server: RealServer,
  token: string,
  method: string,
  path: string,
  body?: unknown,
) {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok)
    throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as { sessions: { id: string }[]; nextCursor: string | null };
}

async function setUp(server: RealServer, emulator: Emulator): Promise<string> {
  await server.command("account", "create", "--name", "Bench");
  const members: string[] = [];
  for (const name of ["Bao", "Lan", "Minh"]) {
    const email = `${name.toLowerCase()}@bench.test`;
    await server.command("member", "add", "--email", email, "--name", name, "--role", "admin");
    members.push(String((await server.command("member", "token", "--email", email)).token));
  }
  const { webhookUrl } = await server.command(
    ...["channel", "add", "whatsapp", "--phone-number-id", NUMBER.phoneNumberId],
    ...["--access-token", NUMBER.accessToken, "--app-secret", NUMBER.appSecret],
    ...["--verify-token", NUMBER.verifyToken, "--graph-url", emulator.url],
  );
  const path = new URL(String(webhookUrl)).pathname;
  await emulator.client.updateNumber(NUMBER.phoneNumberId, { webhookUrl: server.url + path });
  const token = members[0] ?? "";
  await api(server, token, "PUT", "/settings/clock", SETTINGS);
  const rule = { name: "In turn", target: { everyone: true }, onlineOnly: false };
  await api(server, token, "POST", "/assignment-rules", rule);
  return token;
}

async function answerEverySecond(server: RealServer, token: string): Promise<void> {
  const ids: string[] = [];
  for (let cursor: string | null = null; ; ) {
    const next: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await api(server, token, "GET", `/sessions?state=open&limit=100${next}`);
    ids.push(...page.sessions.map((session) => session.id));
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  if (ids.length < SESSIONS) throw new Error(`only ${ids.length} sessions opened`);
  for (const id of ids.filter((_, index) => index % 2 === 0)) {
    await api(server, token, "POST", `/sessions/${id}/messages`, { type: "text", text: "Hello" });
  }
}

/** From the acts themselves: exact figures, where the histogram of `/metrics` has buckets. */
async function report(dataDir: string): Promise<void> {
  const postgres = await connectToEmbeddedPostgres({ dataDir });
  if (postgres === null) throw new Error("the server's PostgreSQL is gone");
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(
    `select kind, count(*)::int as fired,
       percentile_disc(0.5) within group (order by ms) as p50,
       percentile_disc(0.99) within group (order by ms) as p99, max(ms) as max
     from (select kind, (explanation->'deadline'->>'latenessMs')::int as ms from timeline
       where explanation->'deadline'->>'latenessMs' is not null) fired
     group by rollup (kind) order by kind`,
  );
  await client.end();
  console.table(rows.map((row) => ({ ...row, kind: row.kind ?? "all" })));
}

const dataDir = await mkdtemp(join(values.folder, "punctual-lateness-"));
// As root the database runs as an account without rights, which must be able to enter.
await chmod(dataDir, 0o755);
const emulator = await startEmulator({
  numbers: [
    {
      ...NUMBER,
      wabaId: "1",
      displayPhoneNumber: "+15550783881",
      webhookUrl: "http://127.0.0.1:9/",
    },
  ],
});
const server = await startRealServer(dataDir);
try {
  const token = await setUp(server, emulator);
  await emulator.client.bulk({ count: SESSIONS, customers: SESSIONS, text: "Message {n}" });
  await emulator.client.waitUntilIdle(60_000);
  await answerEverySecond(server, token);
  console.log(`${SESSIONS} sessions, every second one answered. Three minutes of waiting.`);
  await sleep(150_000);
  await report(dataDir);
} finally {
  await server.stop();
  await emulator.close();
  await rm(dataDir, { recursive: true, force: true });
}
