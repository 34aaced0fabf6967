import { createHash } from "node:crypto";
import type { Duplex } from "node:stream";
import pg from "pg";
import { after } from "./clock.ts";
import { KEEP_ALIVE_AFTER_MS, openConnectionPool } from "./connection-pool.ts";
import type { Logger } from "./logger.ts";
import { PACE } from "./pace.ts";
import type { TimeLimits } from "./time-limits.ts";
import { isStalePlan } from "./transient.ts";

// Epoch milliseconds and counts fit a double exactly; text would only be parsed again.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

// Most lists of a row are empty; a parser need not be started to find that out.
const TEXT_ARRAY = 1009;
skipParserWhenEmpty(pg.types.builtins.JSON, "[]");
skipParserWhenEmpty(TEXT_ARRAY, "{}");

function skipParserWhenEmpty(type: number, empty: string): void {
  const parse: (text: string) => unknown = pg.types.getTypeParser(type);
  pg.types.setTypeParser(type, (text) => (text === empty ? [] : parse(text)));
}

export type Row = Record<string, unknown>;

/** Anything that runs a statement: a transaction, or a connection of its own for one read. */
export interface Queryable {
  /** Runs one statement and gives its rows. Statements are prepared once per connection. */
  query<R extends Row = Row>(sql: string, params?: readonly unknown[]): Promise<R[]>;
}

/** A write transaction. Only actions open one; writers take it first and can't be called without. */
export interface Tx extends Queryable {
  /**
   * Sends a statement whose rows nobody needs, without waiting: it travels together with the others
   * and the commit, in one round trip. If it fails, the transaction fails.
   */
  write(sql: string, params?: readonly unknown[]): void;
}

export interface Database extends Queryable {
  /** Runs `work` in one transaction: commits when it returns, rolls back when it throws. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Reads as one business: PostgreSQL itself shows no other's rows (architecture.md, rule 13). */
  readAs<T>(accountId: string, work: (read: Queryable) => Promise<T>): Promise<T>;
  /** Listens on a NOTIFY channel until the returned function is called; reconnects by itself. */
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
  /** For libraries that bring their own SQL. */
  readonly pool: pg.Pool;
  readonly url: string;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly maxConnections: number;
  readonly logger: Logger;
  readonly applicationName?: string;
  /** Makes the stream of each connection; a socket when left out. */
  readonly stream?: () => Duplex;
  /** None: statements may take as long as they like. */
  readonly limits?: TimeLimits;
}

/**
 * Every statement of ours finds its rows by an index, a bounded number of them. The planner is told so:
 * its statistics lag behind tables that grow from nothing in seconds, and a plan it then keeps for a
 * prepared statement reads whole tables (targets.md, "Writing in sets").
 */
const PLANNER_OPTIONS = ["seqscan", "bitmapscan", "hashjoin", "mergejoin"]
  .map((method) => `-c enable_${method}=off`)
  .join(" ");

const CONNECT_MS = 10_000;

/** Opens a pool. Connections are made when they are first needed. */
export function openDatabase(options: DatabaseOptions): Database {
  const config = {
    connectionString: options.url,
    max: options.maxConnections,
    application_name: options.applicationName ?? "punctual",
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: PACE.idleConnectionMs,
    options: PLANNER_OPTIONS,
    ...(options.stream === undefined ? {} : { stream: options.stream }),
  };
  const pool = openConnectionPool(config, options.logger, options.limits);
  return {
    pool,
    url: options.url,
    query: async (sql, params) => rowsOf(await pool.query(statement(sql, params))),
    transaction: (work) => transact(pool, "begin", work),
    readAs: (accountId, work) => transact(pool, readOnlyAs(accountId), work),
    listen: (channel, onNotify) => listen(options, channel, onNotify),
    close: () => pool.end(),
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function readOnlyAs(accountId: string): string {
  if (!UUID.test(accountId)) throw new Error("an account id is a UUID");
  return `begin read only; set local role punctual_tenant;
    set local punctual.account_id = '${accountId}'`;
}

async function transact<T>(pool: pg.Pool, begin: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const sent: Promise<unknown>[] = [];
  // Statements travel together: after one fails, those behind it only say that one failed.
  let cause: unknown;
  const send = (sql: string, params?: readonly unknown[]) => {
    sendTogether(client.connection.stream);
    const result = client.query(statement(sql, params));
    result.catch((error: unknown) => {
      cause ??= error;
    });
    return result;
  };
  const tx: Tx = {
    query: async (sql, params) => rowsOf(await send(sql, params)),
    write: (sql, params) => void sent.push(send(sql, params)),
  };
  let broken: Error | boolean | undefined;
  try {
    sendTogether(client.connection.stream);
    const began = client.query(begin);
    began.catch(() => undefined);
    const result = await work(tx);
    sendTogether(client.connection.stream);
    const committed = client.query("commit");
    committed.catch(() => undefined);
    await began;
    await Promise.all(sent);
    const { command } = await committed;
    if (command !== "COMMIT") throw new Error("the transaction was rolled back");
    return result;
  } catch (error) {
    broken = (await rollback(client)) ?? isStalePlan(cause ?? error);
    throw cause ?? error;
  } finally {
    client.release(broken);
  }
}

/** All that is sent before the event loop goes on leaves in one write: a write costs as much as a statement. */
function sendTogether(stream: Duplex): void {
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** Gives the error that makes the connection unusable, if there is one. */
async function rollback(client: pg.PoolClient): Promise<Error | undefined> {
  try {
    await client.query("rollback");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Statement text → the name it is prepared under. There are as many as there are places in the code. */
const names = new Map<string, string>();

function statement(sql: string, params: readonly unknown[] = []): pg.QueryArrayConfig {
  let name = names.get(sql);
  if (name === undefined) {
    name = createHash("sha1").update(sql).digest("base64url");
    names.set(sql, name);
  }
  return { name, text: sql, values: [...params], rowMode: "array" };
}

/**
 * pg would build each row key by key, which V8 keeps as a hash table: six times the memory of a row, and
 * slower to read. Copies of one empty row keep its shape.
 */
function rowsOf<R extends Row>({ fields, rows }: pg.QueryArrayResult): R[] {
  const names = fields.map((field) => field.name);
  const empty: Row = JSON.parse(`{${names.map((name) => `${JSON.stringify(name)}:null`).join()}}`);
  return rows.map((values) => {
    const row = { ...empty };
    names.forEach((name, index) => {
      row[name] = values[index];
    });
    return row as R;
  });
}

const RECONNECT_MS = 1_000;

async function listen(
  options: DatabaseOptions,
  channel: string,
  onNotify: (payload: string) => void,
): Promise<() => Promise<void>> {
  let stopped = false;
  let client: pg.Client | undefined;
  let cancelRetry: (() => void) | undefined;

  const reconnect = () => {
    client = undefined;
    if (stopped || cancelRetry !== undefined) return;
    cancelRetry = after(RECONNECT_MS, () => {
      cancelRetry = undefined;
      connect().catch(reconnect);
    });
  };
  const connect = async () => {
    const next = new pg.Client({
      connectionString: options.url,
      application_name: `${options.applicationName ?? "punctual"} listen`,
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
      pipeline: true,
      ...(options.limits === undefined ? {} : { query_timeout: options.limits.answerMs }),
      ...(options.stream === undefined ? {} : { stream: options.stream }),
    });
    next.on("error", () => undefined);
    next.on("end", reconnect);
    next.on("notification", (message) => onNotify(message.payload ?? ""));
    await next.connect();
    await next.query(`listen ${pg.escapeIdentifier(channel)}`);
    client = next;
    onNotify("");
  };

  await connect();
  return async () => {
    stopped = true;
    cancelRetry?.();
    await client?.end();
  };
}
