import pg from "pg";
import type { Logger } from "./logger.ts";
import type { TimeLimits } from "./time-limits.ts";

/** An idle connection whose other end has vanished is noticed some 10 s after this, ms. */
export const KEEP_ALIVE_AFTER_MS = 10_000;

/**
 * Opens a pool whose connections may be lost at any time: whoever uses one gets the error from its next
 * statement. pg listens for errors of idle connections only, and an error of one in use that nobody
 * listens for would end the process.
 *
 * @param limits none: statements may take as long as they like
 */
export function openConnectionPool(
  config: pg.PoolConfig,
  logger: Logger,
  limits?: TimeLimits,
): pg.Pool {
  const pool = new pg.Pool({
    ...config,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    // What finds no answer in time then ends its connection, instead of leaving it to the next user.
    pipeline: true,
    ...(limits === undefined ? {} : limited(config.options, limits)),
  });
  pool.on("connect", (client) => client.on("error", () => undefined));
  pool.on("error", (error) => logger.warn({ err: error }, "idle database connection lost"));
  return pool;
}

function limited(options = "", limits: TimeLimits): pg.PoolConfig {
  const { statementMs, answerMs, idleInTransactionMs } = limits;
  return {
    query_timeout: answerMs,
    options:
      `${options} -c statement_timeout=${statementMs} ` +
      `-c idle_in_transaction_session_timeout=${idleInTransactionMs}`,
  };
}
