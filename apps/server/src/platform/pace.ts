/**
 * How often the server looks after things by itself, in ms. Loops are woken when there is something to
 * do; their polling is only the safety net, and bounds what a lost signal costs.
 */
export interface Pace {
  /** How often a node says that it lives. */
  readonly heartbeatMs: number;
  /** All nodes silent for longer: an outage (clock.md §6). */
  readonly outageMs: number;
  /** How often a node repeats which sockets it holds. */
  readonly presenceBeatMs: number;
  /** A member whose sockets were not repeated for longer is offline (clock.md §8). */
  readonly offlineAfterMs: number;
  readonly timerPollMs: number;
  readonly outboxPollMs: number;
  readonly linePollMs: number;
  readonly rescuerPollMs: number;
  readonly mailPollMs: number;
  readonly alertPollMs: number;
  /** A connection to the database that nobody used for longer is closed. */
  readonly idleConnectionMs: number;
}

export const PACE: Pace = {
  heartbeatMs: 5_000,
  outageMs: 30_000,
  presenceBeatMs: 15_000,
  offlineAfterMs: 60_000,
  timerPollMs: 1_000,
  outboxPollMs: 1_000,
  linePollMs: 5_000,
  rescuerPollMs: 1_000,
  mailPollMs: 5_000,
  alertPollMs: 2_000,
  idleConnectionMs: 60_000,
};
