import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { createLogger } from "../platform/logger.ts";
import { readTail } from "../store/event-log.ts";
import { endHoldIfOver, holdIsOn, noteLateWebhook, readHoldEnd } from "../store/nodes.ts";
import { readWorkFacts } from "../store/read-diagnosis.ts";
import { createTestDatabase, type TestDatabase } from "../testkit/test-database.ts";
import { nodeHeartbeat, nodeStopped } from "./node-heartbeat.ts";

const SECOND = 1_000;
const logger = createLogger("silent");
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  await database.db.query("delete from nodes");
  await database.db.query("delete from outages");
});
afterAll(() => database.drop());

describe("an outage is noticed", () => {
  test("by the first node that is back after 30 s without any", async () => {
    await lastBeat(31 * SECOND);
    expect(await beat()).toBe(true);
    expect(await holdIsOn(database.db)).toBe(true);
    const [outage] = await database.db.query(
      "select detected_at - began_at >= 31000 as whole from outages",
    );
    expect(outage).toEqual({ whole: true });
    expect(await beat()).toBe(false);
  });

  test("not on the first start ever, nor while any node lives", async () => {
    expect(await beat()).toBe(false);
    await lastBeat(31 * SECOND);
    expect(await beat()).toBe(false);
    expect(await holdIsOn(database.db)).toBe(false);
  });

  test("also after a stop in order, measured from the last beat", async () => {
    const nodeId = newId();
    await beat(nodeId);
    await nodeStopped(database, nodeId);
    await database.db.query("update nodes set heartbeat_at = heartbeat_at - 31000");
    expect(await holdIsOn(database.db)).toBe(true);
    expect(await beat()).toBe(true);
  });

  test("not before 30 s", async () => {
    await lastBeat(29 * SECOND);
    expect(await beat()).toBe(false);
  });

  test("once, when several nodes come back together", async () => {
    await lastBeat(60 * SECOND);
    await Promise.all([beat(), beat(), beat()]);
    const rows = await database.db.query("select 1 from outages");
    expect(rows).toHaveLength(1);
  });

  test("by a hold even before any node has noted it", async () => {
    await lastBeat(31 * SECOND);
    expect(await holdIsOn(database.db)).toBe(true);
    expect(await database.db.readAs(newId(), holdIsOn)).toBe(true);
  });

  test("anew while the hold of the last one is on: one hold, counted from the new one", async () => {
    await startHold(200 * SECOND);
    await database.db.query("delete from nodes");
    await lastBeat(40 * SECOND);
    expect(await beat()).toBe(true);
    expect(await end()).toBe(false);
    expect(await database.db.query("select 1 from outages")).toHaveLength(1);
  });
});

describe("the hold ends", () => {
  test("60 s after it began, when no late webhook came, for one caller only", async () => {
    await startHold(59 * SECOND);
    expect(await end()).toBe(false);
    await startHold(61 * SECOND);
    expect((await Promise.all([end(), end(), end()])).filter(Boolean)).toHaveLength(1);
    expect(await holdIsOn(database.db)).toBe(false);
  });

  test("60 s after the last webhook that the provider had kept back", async () => {
    await startHold(90 * SECOND);
    await webhookStamped(61 * SECOND);
    expect(await end()).toBe(false);
    expect(await readHoldEnd(database.db)).toBeGreaterThan(Date.now() + 55 * SECOND);
    await database.db.query("update outages set last_late_webhook_at = now_ms() - 61000");
    expect(await end()).toBe(true);
  });

  test("no later for webhooks that came in time", async () => {
    await startHold(61 * SECOND);
    await webhookStamped(59 * SECOND);
    expect(await end()).toBe(true);
  });

  test("after 5 minutes, whatever comes", async () => {
    await startHold(301 * SECOND);
    await webhookStamped(3_600 * SECOND);
    expect(await end()).toBe(true);
  });
});

test("a late webhook begins no hold: only the way to us was broken", async () => {
  await beat();
  await webhookStamped(3_600 * SECOND);
  expect(await holdIsOn(database.db)).toBe(false);
});

test("nodes that stopped long ago are forgotten, but never the newest beat", async () => {
  const day = 86_400 * SECOND;
  await lastBeat(3 * day);
  await lastBeat(2 * day);
  await beat();
  expect(await database.db.query("select 1 from nodes")).toHaveLength(1);
});

test("a node runs until it stops in order, or misses three beats", async () => {
  const nodeId = newId();
  await lastBeat(16 * SECOND);
  expect(await readWorkFacts(database.db)).toMatchObject({ nodes: 0, roles: [] });
  await beat(nodeId);
  expect(await readWorkFacts(database.db)).toMatchObject({ nodes: 1, roles: ["timers"] });
  await nodeStopped(database, nodeId);
  expect(await readWorkFacts(database.db)).toMatchObject({ nodes: 0, roles: [] });
});

test("a beat gives the event log its epoch", async () => {
  await beat();
  expect(await readTail(database.db)).toContain("~");
});

async function beat(nodeId = newId()): Promise<boolean> {
  return await nodeHeartbeat({ db: database.db, logger }, { nodeId, roles: ["timers"] });
}

/** Some node was last alive then. */
async function lastBeat(agoMs: number): Promise<void> {
  await database.db.query(
    `insert into nodes (id, started_at, heartbeat_at, roles) values ($1, 0, now_ms() - $2, '{}')`,
    [newId(), agoMs],
  );
}

async function startHold(agoMs: number): Promise<void> {
  await beat();
  await database.db.query("delete from outages");
  await database.db.query(
    "insert into outages (began_at, detected_at) values (now_ms() - $1 - 60000, now_ms() - $1)",
    [agoMs],
  );
}

async function webhookStamped(agoMs: number): Promise<void> {
  await database.db.transaction(async (tx: Tx) => {
    const [clock] = await tx.query<{ now: number }>("select now_ms() as now");
    noteLateWebhook(tx, (clock?.now ?? 0) - agoMs);
  });
}

async function end(): Promise<boolean> {
  return await database.db.transaction((tx) => endHoldIfOver(tx));
}
