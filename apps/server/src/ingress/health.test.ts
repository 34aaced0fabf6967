import Fastify from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../platform/ids.ts";
import { createLogger } from "../platform/logger.ts";
import { createMetrics } from "../platform/metrics.ts";
import { readLoad } from "../store/read-load.ts";
import { createTestDatabase, type TestDatabase } from "../testkit/test-database.ts";
import { type HealthOptions, registerHealth } from "./health.ts";

const logger = createLogger("silent");
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("a process that answers is healthy", async () => {
  expect(await get("/healthz")).toMatchObject({ statusCode: 200, body: '{"status":"ok"}' });
});

describe("the server is ready", () => {
  test("when every check passes", async () => {
    const answer = await get("/readyz", { checks: { database: async () => undefined } });
    expect(answer.statusCode).toBe(200);
  });

  test("not before, and then it says what is missing", async () => {
    const answer = await get("/readyz", {
      checkMs: 20,
      checks: {
        loops: async () => undefined,
        migrations: () => Promise.reject(new Error("two are missing")),
        database: () => new Promise(() => undefined),
      },
    });
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({
      status: "not ready",
      checks: { loops: "ok", migrations: "two are missing", database: "no answer in time" },
    });
  });
});

describe("the metrics", () => {
  test("show what the process did", async () => {
    const metrics = createMetrics({ logger, pools: [database.db.pool] });
    metrics.deadlineFired("close", 12);
    metrics.deadlineFired("close", null);
    metrics.webhook("accepted");
    metrics.send("unknown");
    const { body } = await get("/metrics", { metrics });
    expect(body).toContain('punctual_deadlines_fired_total{kind="close",held="false"} 1');
    expect(body).toContain('punctual_deadlines_fired_total{kind="close",held="true"} 1');
    expect(body).toContain('punctual_deadline_lateness_seconds_bucket{le="0.01",kind="close"} 0');
    expect(body).toContain('punctual_deadline_lateness_seconds_bucket{le="0.015",kind="close"} 1');
    expect(body).toContain('punctual_deadline_lateness_seconds_count{kind="close"} 1');
    expect(body).toContain('punctual_webhooks_total{result="accepted"} 1');
    expect(body).toContain('punctual_sends_total{outcome="unknown"} 1');
    expect(body).toContain("punctual_database_connections");
    expect(body).toContain("nodejs_eventloop_lag_seconds");
  });

  test("show how much there is to do", async () => {
    const { db } = database;
    for (let n = 0; n < 3; n += 1) await insertOpenSession(n === 0);
    const metrics = createMetrics({ logger, readLoad: () => readLoad(db) });
    const { body } = await get("/metrics", { metrics });
    expect(body).toContain('punctual_sessions{state="open"} 3');
    expect(body).toContain('punctual_sessions{state="agent_turn"} 1');
    expect(body).toContain('punctual_sessions{state="customer_turn"} 2');
    expect(body).toContain('punctual_deadlines_due{kind="overdue"} 1');
    expect(body).toContain('punctual_deadlines_due{kind="close"} 0');
    expect(body).toContain('punctual_outbox_messages{state="queued"} 1');
    expect(body).toMatch(/punctual_outbox_oldest_seconds (59|60|61)/);
    expect(body).toContain("punctual_database_up 1");
  });

  test("say so when the database does not answer, and still show the rest", async () => {
    const metrics = createMetrics({ logger, readLoad: () => Promise.reject(new Error("gone")) });
    const { statusCode, body } = await get("/metrics", { metrics });
    expect(statusCode).toBe(200);
    expect(body).toContain("punctual_database_up 0");
  });

  test("can be kept from strangers by a token", async () => {
    const options = { metricsToken: "s3cret" };
    expect((await get("/metrics", options)).statusCode).toBe(401);
    expect((await get("/metrics", options, "Bearer wrong")).statusCode).toBe(401);
    expect((await get("/metrics", options, "Bearer s3cret")).statusCode).toBe(200);
  });
});

async function get(url: string, options: Partial<HealthOptions> = {}, authorization?: string) {
  const app = Fastify();
  registerHealth(app, {
    metrics: createMetrics({ logger }),
    checks: {},
    metricsToken: null,
    ...options,
  });
  const headers = authorization === undefined ? {} : { authorization };
  return await app.inject({ url, headers });
}

/** A session of its own contact, with a message that waits to be sent if the customer waits. */
async function insertOpenSession(waiting: boolean): Promise<void> {
  const ids = [newId(), newId(), newId(), newId()];
  await database.db.query(
    `insert into sessions (account_id, id, channel_id, contact_id, opened_at, customer_wrote,
       last_wait_number, wait_number, wait_started_at, wait_started_by, wait_known_at, overdue_at,
       settings_account_version, armed_at, last_message_at)
     select $1, $2, $3, $4, 1, true, 1, w, w, case when w = 1 then $2::uuid end, w, w, 1, 1, 1
     from (select case when $5 then 1 end as w) as wait`,
    [...ids, waiting],
  );
  if (!waiting) return;
  await database.db.query(
    `insert into outbox (account_id, message_id, session_id, channel_id, contact_id, kind, created_at,
       next_attempt_at) values ($1, $2, $2, $3, $4, 'agent', now_ms() - 60000, now_ms())`,
    ids,
  );
}
