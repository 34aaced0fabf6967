/**
 * clock.md §8: turns are fair, however many sessions arrive at once, on however many nodes. The number
 * of sessions can be lowered (`PUNCTUAL_FAIRNESS_SESSIONS`) where the machine is slow.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ReceivedMessage, receiveMessages } from "../src/actions/receive-messages.ts";
import { type Database, openDatabase, type Tx } from "../src/platform/database.ts";
import { createLogger } from "../src/platform/logger.ts";
import { createTestBusiness, type TestBusiness } from "../src/testkit/test-business.ts";

const SESSIONS = Number(process.env.PUNCTUAL_FAIRNESS_SESSIONS ?? 10_000);
const AGENTS = 7;
/** What one webhook batch holds at most, about. */
const BATCH = 100;
/** Batches that a node works on at once. */
const AT_ONCE = 4;

let shop: TestBusiness;
let nodes: Database[];

beforeEach(async () => {
  shop = await createTestBusiness();
  const agents = [];
  for (let agent = 1; agent <= AGENTS; agent++) agents.push(await shop.hire(`Agent${agent}`));
  await shop.assignInTurn(agents);
  nodes = [0, 1].map(() =>
    openDatabase({
      url: shop.deps.db.url,
      maxConnections: AT_ONCE,
      logger: createLogger("silent"),
    }),
  );
});
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  await shop.close();
});

test(`${SESSIONS} sessions that arrive at once on two nodes go evenly to ${AGENTS} agents`, async () => {
  await arrive(nodes, SESSIONS);
  const held = await sessionsPerAgent();
  expect(held.reduce((sum, count) => sum + count, 0)).toBe(SESSIONS);
  expect(held).toHaveLength(AGENTS);
  expect(Math.max(...held) - Math.min(...held)).toBeLessThanOrEqual(1);
}, 120_000);

describe("without the lock around a decision", () => {
  test("turns are given twice: the lock is what makes them fair", async () => {
    await arrive(nodes.map(withoutRoutingLock), Math.min(SESSIONS, 2_000));
    const held = await sessionsPerAgent();
    expect(Math.max(...held) - Math.min(...held)).toBeGreaterThan(1);
  }, 120_000);
});

/** Everybody's first message, in batches that all are under way together. */
async function arrive(databases: readonly Database[], count: number): Promise<void> {
  const messages = Array.from({ length: count }, (_, customer) => messageOf(customer));
  const batches: ReceivedMessage[][] = [];
  for (let at = 0; at < count; at += BATCH) batches.push(messages.slice(at, at + BATCH));
  await Promise.all(
    databases.flatMap((db) =>
      Array.from({ length: AT_ONCE }, async () => {
        for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
          await receiveMessages({ ...shop.deps, db }, batch);
        }
      }),
    ),
  );
}

function messageOf(customer: number): ReceivedMessage {
  const phone = `84${String(900_000_000 + customer)}`;
  return {
    accountId: shop.accountId,
    channelId: shop.channelId,
    event: {
      type: "customerMessage",
      address: "106540352242922",
      at: Date.now(),
      raw: null,
      externalId: `wamid.${customer}`,
      contact: { userId: null, parentUserId: null, phone, username: null, name: "Thảo" },
      content: { type: "text", text: "Hello" },
      replyTo: null,
    },
  };
}

/** How many sessions each agent got. */
async function sessionsPerAgent(): Promise<number[]> {
  const rows = await shop.deps.db.query<{ count: number }>(
    "select count(*)::int from sessions where assignee_id is not null group by assignee_id",
  );
  return rows.map((row) => row.count);
}

/** A node that forgot to lock the routing before it reads whose turn it is. */
function withoutRoutingLock(db: Database): Database {
  const isLock = (sql: string, [key]: readonly unknown[] = []) =>
    sql.includes("pg_advisory_xact_lock") && String(key).startsWith("routing:");
  return {
    ...db,
    transaction: (work) =>
      db.transaction((tx) => {
        const careless: Tx = {
          query: (sql, params) => tx.query(sql, params),
          write: (sql, params) => {
            if (!isLock(sql, params)) tx.write(sql, params);
          },
        };
        return work(careless);
      }),
  };
}
