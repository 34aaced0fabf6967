/** How long a database may keep us waiting, ms. */
export interface TimeLimits {
  /** PostgreSQL ends a statement after this, also one that waits for a lock. */
  readonly statementMs: number;
  /**
   * A connection that gives no answer for this long is cut: its packets vanish, or the machine behind
   * it is gone. Longer than the above, which leaves the connection usable.
   */
  readonly answerMs: number;
  /** PostgreSQL ends a transaction that does nothing for this long: its owner is gone. */
  readonly idleInTransactionMs: number;
}

/**
 * What a server allows. Everything it asks is bounded and takes well under a second on a sound
 * database; without a limit one dead connection would stop the clock for as long as TCP takes to give
 * up, a quarter of an hour.
 */
export const SERVER_TIME_LIMITS: TimeLimits = {
  statementMs: 15_000,
  answerMs: 20_000,
  idleInTransactionMs: 30_000,
};
