/**
 * More webhooks than the server can commit: it refuses what it can't take in time, keeps all that it took,
 * its deadlines fire, and afterwards everything is as before. The server is a process of its own.
 */
import { createHmac } from "node:crypto";
import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  CRASH_NUMBER,
  type CrashBusiness,
  createCrashBusiness,
} from "../src/testkit/crash-business.ts";
import { haltAt } from "../src/testkit/crash-halt.ts";
import { type ServerProcess, startServerProcess } from "../src/testkit/crash-server.ts";
import { seedSessions } from "../src/testkit/seed-sessions.ts";
import { createTestDatabase, type TestDatabase } from "../src/testkit/test-database.ts";

const { closure } = DEFAULT_CLOCK_SETTINGS;
const SETTINGS = { closure: { ...closure, enabled: true, afterMinutes: 30 } };
const CUSTOMERS = 400;
/** Others than those whose deadlines are armed: who writes is not closed. */
const FIRST_PHONE = 85_000_000_000;
/** What `WebhookInbox` may say as `Retry-After`, in seconds. */
const RETRY_AFTER = { least: 2, most: 30 };
/** Deadlines later than this under overload would be an alert (docs/operating.md). */
const LATENESS_GOAL_MS = 1_000;

let database: TestDatabase;
let business: CrashBusiness;
let server: ServerProcess;

beforeEach(async () => {
  database = await createTestDatabase();
  business = await createCrashBusiness(database.db, {
    graphUrl: "http://127.0.0.1:9",
    settings: SETTINGS,
    agentNames: ["Lan"],
    onlineOnly: false,
  });
  const environment = { DATABASE_URL: database.url, ROLES: "http,realtime,timers" };
  server = await startServerProcess({ ...environment, LOG_LEVEL: "info" });
});
afterEach(async () => {
  await server.kill();
  await database.drop();
});

interface Answer {
  readonly status: number;
  readonly retryAfter: number | null;
}

/** One webhook with these messages, each from the next customer. */
async function post(ids: readonly string[]): Promise<Answer> {
  const metadata = { phone_number_id: CRASH_NUMBER.phoneNumberId };
  const messages = ids.map((id, index) => ({
    from: String(FIRST_PHONE + ((Number(id.split(".")[1]) * 31 + index) % CUSTOMERS)),
    id: `wamid.${id}`,
    timestamp: String(Math.floor(Date.now() / 1_000)),
    type: "text",
    text: { body: "Is anybody there?" },
  }));
  const value = { messaging_product: "whatsapp", metadata, contacts: [], messages };
  const body = JSON.stringify({
    object: "whatsapp_business_account",
    entry: [{ id: "1", changes: [{ field: "messages", value }] }],
  });
  const signature = createHmac("sha256", CRASH_NUMBER.appSecret).update(body).digest("hex");
  const response = await fetch(`${server.url}/webhooks/whatsapp/${business.channelId}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` },
    body,
  });
  await response.arrayBuffer();
  const retryAfter = response.headers.get("retry-after");
  return {
    status: response.status,
    retryAfter: retryAfter === null ? null : Number(retryAfter),
  };
}

/** Ids of a webhook's messages. */
function webhook(number: number, messages: number): readonly string[] {
  return Array.from({ length: messages }, (_, index) => `m.${number}.${index}`);
}

async function storedIds(): Promise<readonly string[]> {
  const rows = await database.db.query<{ external_id: string }>(
    "select external_id from messages where kind = 'inbound' order by external_id",
  );
  return rows.map((row) => row.external_id.replace("wamid.", ""));
}

/** Sends them again, a few at a time, as often as it takes: a provider does not give up. */
async function postUntilTaken(webhooks: readonly (readonly string[])[]): Promise<void> {
  const left = [...webhooks];
  const send = async (): Promise<void> => {
    for (let ids = left.pop(); ids !== undefined; ids = left.pop()) {
      const { status } = await post(ids);
      if (status !== 200) left.unshift(ids);
    }
  };
  await Promise.all(Array.from({ length: 4 }, send));
}

const SENDERS = 60;

/** Senders who send the next webhook as soon as they have an answer, whatever it is. */
function startFlood(messages: number): { end(): void; readonly refusals: Promise<number> } {
  let on = true;
  const send = async (sender: number): Promise<number> => {
    let refused = 0;
    for (let round = 0; on; round++) {
      const { status } = await post(webhook(sender * 10_000 + round, messages));
      if (status === 503) refused += 1;
    }
    return refused;
  };
  const refusals = Promise.all(Array.from({ length: SENDERS }, (_, sender) => send(sender)));
  return {
    end: () => {
      on = false;
    },
    refusals: refusals.then((counts) => counts.reduce((a, b) => a + b)),
  };
}

/** Sessions that fall due one after the other while the server is busy. */
async function armDeadlines(count: number, spanMs: number): Promise<void> {
  const [now] = await database.db.query<{ ms: number }>("select now_ms() as ms");
  const firstDueAt = (now?.ms ?? 0) + 500;
  const { accountId, channelId, agents } = business;
  const memberId = agents[0]?.id ?? "";
  await seedSessions(database.db, { accountId, channelId, memberId, count, firstDueAt, spanMs });
}

async function latenessMs(): Promise<readonly number[]> {
  const rows = await database.db.query<{ ms: number }>(
    `select (explanation->'deadline'->>'latenessMs')::int as ms from timeline
     where kind = 'closed' and explanation->'deadline' is not null`,
  );
  return rows.map((row) => row.ms);
}

describe("when five times more comes than the server can commit", () => {
  const WEBHOOKS = 250;
  const MESSAGES = 60;

  test("it refuses some in time, keeps what it took, and has everything in the end", async () => {
    const webhooks = Array.from({ length: WEBHOOKS }, (_, number) => webhook(number, MESSAGES));
    const answers = await Promise.all(webhooks.map(async (ids) => ({ ids, ...(await post(ids)) })));
    const taken = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]));
    expect(taken.length).toBeGreaterThan(0);
    for (const { retryAfter } of refused) {
      expect(retryAfter).toBeGreaterThanOrEqual(RETRY_AFTER.least);
      expect(retryAfter).toBeLessThanOrEqual(RETRY_AFTER.most);
    }
    const stored = new Set(await storedIds());
    expect(taken.flatMap(({ ids }) => ids).filter((id) => !stored.has(id))).toEqual([]);

    await postUntilTaken(refused.map(({ ids }) => ids));
    expect(await storedIds()).toEqual(webhooks.flat().sort());
    expect(await post(webhook(WEBHOOKS, 1))).toEqual({ status: 200, retryAfter: null });
  });

  test("deadlines fire on time meanwhile", async () => {
    await armDeadlines(200, 3_000);
    const flood = startFlood(MESSAGES);
    try {
      await expect.poll(async () => (await latenessMs()).length, { timeout: 20_000 }).toBe(200);
    } finally {
      flood.end();
    }
    const refusals = await flood.refusals;
    expect(refusals).toBeGreaterThan(0);
    expect(Math.max(...(await latenessMs()))).toBeLessThan(LATENESS_GOAL_MS);
  });
});

describe("when messages can't be written for a while", () => {
  test("nobody waits for long, and what comes afterwards is taken at once", async () => {
    await postUntilTaken([webhook(0, 1)]);
    const halt = await haltAt(database.url, "messages");
    const first = post(webhook(1, 1));
    await halt.reached(/messages/);
    const patient = post(webhook(2, 1));
    // Let in before anybody could know, and told after five seconds; who comes then is told at once.
    expect((await patient).status).toBe(503);
    const { status, retryAfter } = await post(webhook(3, 1));
    expect(status).toBe(503);
    expect(retryAfter).toBeGreaterThanOrEqual(5);
    await halt.letPass();
    expect((await first).status).toBe(200);
    await postUntilTaken([webhook(2, 1)]);
    expect(await storedIds()).toEqual(expect.arrayContaining(["m.0.0", "m.1.0", "m.2.0"]));
    expect(server.log.map(({ msg }) => msg)).toContain(
      "more webhooks come than can be committed: some are refused",
    );
  });
});
