/** Where the acts of each setting stand on the line of its picture. Pure. */

/** How far along the marks of a reassignment stand, and which of its agents each is. */
export interface Hop {
  readonly at: number;
  readonly minutes: number;
  /** Null: the queue, after everybody. */
  readonly agent: number | null;
}

/** So many agents fit beside each other on a phone; of more, the first ones are shown. */
const MOST_SHOWN = 3;

/** Agents in turn, and the queue after `max` reassignments. */
export function hopsOf(afterMinutes: number, max: number): readonly Hop[] {
  const shown = max + 1 <= MOST_SHOWN ? max + 1 : MOST_SHOWN - 1;
  const places = shown + (max + 1 > shown ? 1 : 0);
  const hops = Array.from({ length: shown }, (_, index) => ({
    at: index / places,
    minutes: index * afterMinutes,
    agent: index + 1,
  }));
  return [...hops, { at: 1, minutes: (max + 1) * afterMinutes, agent: null }];
}

/** How far along the warning stands: never so near to an end that words lie on each other. */
export function warningAt(limitMinutes: number, warnMinutes: number): number {
  const share = (limitMinutes - warnMinutes) / limitMinutes;
  return Math.min(0.68, Math.max(0.3, share));
}
