import { once } from "node:events";
import { createServer } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testkit/test-database.ts";
import { openConnectionPool } from "./connection-pool.ts";
import { createLogger } from "./logger.ts";
import { isTransient } from "./transient.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

const logger = createLogger("silent");

test("a server that takes a connection and says nothing is only away for the moment", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = Object(silent.address());
  const place = { host: "127.0.0.1", port, user: "punctual", connectionTimeoutMillis: 50 };
  const pool = openConnectionPool(place, logger);
  for (const ask of [() => pool.query("select 1"), () => new pg.Client(place).connect()]) {
    const error = await ask().catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(Error);
    expect(isTransient(error)).toBe(true);
  }
  await pool.end();
  silent.close();
});

test("a transaction that PostgreSQL ended because it stood still is tried again", async () => {
  const limits = { statementMs: 0, answerMs: 10_000, idleInTransactionMs: 20 };
  const pool = openConnectionPool({ connectionString: database.url }, logger, limits);
  const client = await pool.connect();
  const ended = once(client, "error");
  await client.query("begin");
  const [error] = await ended;
  expect(isTransient(error)).toBe(true);
  const next = await client.query("select 1").catch((failure: unknown) => failure);
  expect(isTransient(next)).toBe(true);
  client.release(true);
  await pool.end();
});
