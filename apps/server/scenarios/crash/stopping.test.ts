/** The server is asked to stop, in the middle of its work. */
import { once } from "node:events";
import { connect } from "node:net";
import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { auditCrash } from "../../src/testkit/crash-audit.ts";
import { type CrashCluster, createCrashCluster } from "../../src/testkit/crash-cluster.ts";
import type { ServerProcess } from "../../src/testkit/crash-server.ts";
import {
  addCrashCustomer,
  type CrashCustomer,
  type CrashStage,
  setCrashStage,
} from "../../src/testkit/crash-stage.ts";
import { openEventSocket } from "../../src/testkit/event-socket.ts";

const { closure } = DEFAULT_CLOCK_SETTINGS;
const SETTINGS = { closure: { ...closure, enabled: true, afterMinutes: 30, message: "Bye" } };
const A_FEW_SECONDS_MS = 10_000;
const GOING_AWAY = 1001;

let cluster: CrashCluster;
let stage: CrashStage;
let server: ServerProcess;
let anna: CrashCustomer;

beforeEach(async () => {
  cluster = await createCrashCluster();
  stage = await setCrashStage(cluster.db, { DATA_DIR: cluster.dataDir }, SETTINGS);
  server = await stage.start();
  await cluster.leave();
  anna = await addCrashCustomer(stage, cluster.db);
  await anna.write("Hello");
  await stage.whatsapp.waitUntilIdle();
});
afterEach(async () => {
  await stage.close();
  await cluster.remove();
});

async function reply(): Promise<void> {
  const [session] = await anna.sessions();
  const body = { type: "text", text: "Hi Anna" };
  const { status } = await stage.api(`POST /sessions/${session?.id}/messages`, { body });
  expect(status).toBe(201);
}

async function expectCleanStop(signal: NodeJS.Signals): Promise<void> {
  const { exitCode, tookMs } = await server.stop(signal);
  expect(exitCode).toBe(0);
  expect(tookMs).toBeLessThan(A_FEW_SECONDS_MS);
  expect(cluster.isRunning()).toBe(false);
  expect(cluster.log().trimEnd()).toMatch(/database system is shut down$/);
  expect(stage.errors()).toEqual([]);
}

/** The next server finds a database that was shut down in order. */
async function startAgain(): Promise<void> {
  const before = cluster.log().length;
  server = await stage.start();
  expect(cluster.log().slice(before)).not.toMatch(/was interrupted|recovery/);
}

async function lastState(): Promise<string | undefined> {
  return (await anna.messages()).at(-1)?.delivery?.state;
}

describe("a server that is asked to stop", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("by %s, it finishes its work first", async (signal) => {
    await stage.whatsapp.setFault({ kind: "lose", updates: "statuses" });
    const agent = await openEventSocket(server.url, {
      headers: { authorization: `Bearer ${stage.token}` },
    });
    const held = stage.graph.holdAnswers();
    await reply();
    await held;
    const ben = await addCrashCustomer(stage, cluster.db);
    const writing = Array.from({ length: 200 }, (_, index) =>
      stage.whatsapp.write(ben.id, `message ${index}`),
    );
    await Promise.all(writing.slice(0, 50));
    const stopping = expectCleanStop(signal);
    expect(await agent.closed).toBe(GOING_AWAY);
    stage.graph.passOn();
    await stopping;
    await Promise.all(writing);

    await startAgain();
    expect(await lastState()).toBe("sent");
    await stage.whatsapp.waitUntilIdle(30_000);
    expect(await ben.stored()).toHaveLength(200);
    const answers = (await stage.whatsapp.webhooks()).flatMap(({ attempts }) => attempts);
    expect(new Set(answers.map(({ status }) => status)).isSubsetOf(CLEAN_ANSWERS)).toBe(true);
    expect(await auditCrash(cluster.db)).toEqual([]);
  });

  test("it doesn't wait for a provider that never answers: that outcome is unknown", async () => {
    await stage.whatsapp.setFault({ kind: "lose", updates: "statuses" });
    const held = stage.graph.holdAnswers();
    await reply();
    await held;
    await expectCleanStop("SIGTERM");
    stage.graph.mend();
    await startAgain();
    expect(await lastState()).toBe("unknown");
    expect(await anna.received()).toEqual(["Hi Anna"]);
  });

  test("it doesn't wait for a client that never finishes its request", async () => {
    const { port, hostname } = new URL(server.url);
    const client = connect(Number(port), hostname);
    client.on("error", () => undefined).resume();
    await once(client, "connect");
    const half =
      "HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{";
    client.write(`POST /webhooks/whatsapp/${stage.channelId} ${half}`);
    // An answer to somebody else says that the server has read on.
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    const closed = new Promise((resolve) => client.once("close", resolve));
    await expectCleanStop("SIGTERM");
    await closed;
  });

  test("while its PostgreSQL is dead, it stops all the same", async () => {
    await cluster.kill();
    const { exitCode, tookMs } = await server.stop("SIGTERM");
    expect(exitCode).toBe(0);
    expect(tookMs).toBeLessThan(A_FEW_SECONDS_MS);
    expect(cluster.isRunning()).toBe(false);
  });
});

/** Answered, asked to come back, or not connected at all; never an error of ours. */
const CLEAN_ANSWERS = new Set([200, 503, null]);
