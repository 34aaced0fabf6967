import pg from "pg";
import type { Logger } from "./logger.ts";

/**
 * Opens a pool whose connections may be lost at any time: whoever uses one gets the error from its next
 * statement. pg listens for errors of idle connections only, and an error of one in use that nobody
 * listens for would end the process.
 */
export function openConnectionPool(config: pg.PoolConfig, logger: Logger): pg.Pool {
  const pool = new pg.Pool(config);
  pool.on("connect", (client) => client.on("error", () => undefined));
  pool.on("error", (error) => logger.warn({ err: error }, "idle database connection lost"));
  return pool;
}
