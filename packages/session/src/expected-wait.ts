import type { Ms } from "./facts.ts";

/** How fast a line moved of late: the sessions that were given away out of it last. */
export interface LinePace {
  /** How many of them are looked at. */
  readonly left: number;
  /** Since the first of them left, until now. */
  readonly withinMs: Ms;
}

/** Fewer say nothing of how fast the line moves. */
const FEWEST = 3;

/**
 * How long somebody at this place of the line (from 1) will probably wait from now on:
 *
 *     place × withinMs / left
 *
 * that is, the place times the mean time between two sessions that leave. The time since the last one is
 * part of it, so a line that stands still is expected to take longer and longer. `null`: unknown, since
 * too few left of late.
 */
export function expectedWaitMs(place: number, { left, withinMs }: LinePace): Ms | null {
  return left < FEWEST ? null : Math.round((place * withinMs) / left);
}
