/**
 * Random histories as plain data, so that fast-check can shrink them. A step says how much time passes,
 * how late timers are, and what happens; numbers choose among what is possible then.
 */
import fc from "fast-check";

export const SECOND = 1000;
export const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Weighted: what happens most in a chat happens most here. */
const KINDS = {
  customerWrites: 14,
  agentReplies: 8,
  agentWrites: 8,
  sendIsSettled: 10,
  isRefused: 5,
  isDeliveredAfterAll: 4,
  echoes: 5,
  needsNoReply: 3,
  isAssigned: 3,
  isUnassigned: 2,
  isTransferred: 3,
  isTaken: 2,
  isClosed: 3,
  isReopened: 3,
  isSnoozed: 3,
  isWoken: 1,
  isSaved: 3,
  isSavedAndTakenBack: 2,
  isSavedForChannel: 2,
  saveReaches: 2,
  memberChanges: 10,
  memberIsDeactivated: 2,
  rulesChange: 5,
  hoursChange: 1,
  contactChanges: 2,
  teamChanges: 2,
  placeIsOffered: 4,
  assigneeGoesOffline: 2,
  assigneeIsDeactivated: 1,
  outageBegins: 1,
  holdEnds: 2,
  endMessageIsClaimed: 2,
  isBlocked: 1,
  contactsAreMerged: 1,
  strayEvent: 3,
  nothing: 6,
} as const;

export type Kind = keyof typeof KINDS;
export const MEMBERS = ["lan", "bao", "chi", "dao"] as const;

/** Time that passes before a step; `due`: up to the very next deadline, `justBefore`: 1 ms less. */
const GAPS = [
  0,
  0,
  1,
  400,
  SECOND,
  20 * SECOND,
  MINUTE,
  3 * MINUTE,
  7 * MINUTE,
  31 * MINUTE,
] as const;
const JUMPS = ["due", "due", "justBefore", 5 * HOUR, 25 * HOUR] as const;
/** How far a provider's stamp lies before the arrival. */
const STAMPS = [
  0,
  0,
  0,
  SECOND,
  10 * SECOND,
  3 * MINUTE,
  40 * MINUTE,
  5 * HOUR,
  26 * HOUR,
  -5 * SECOND,
];

export interface Step {
  readonly kind: Kind;
  readonly gap: number | "due" | "justBefore";
  /** Timers fire this long after they are due. */
  readonly lagMs: number;
  /** At one instant: whether the timers come first. */
  readonly timersFirst: boolean;
  readonly stampAgoMs: number;
  readonly wholeSeconds: boolean;
  readonly second: boolean;
  readonly a: number;
  readonly b: number;
}

export interface History {
  readonly settings: number;
  readonly rule: number;
  /** Who is online at first, a bit for each. */
  readonly online: number;
  readonly steps: readonly Step[];
}

const choice = fc.nat({ max: 1000 });

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(
    ...Object.entries(KINDS).map(([kind, weight]) => ({
      weight,
      arbitrary: fc.constant(kind as Kind),
    })),
  ),
  gap: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...GAPS) },
    { weight: 3, arbitrary: fc.constantFrom(...JUMPS) },
  ),
  lagMs: fc.constantFrom(0, 0, 0, 4, 700, 90 * SECOND),
  timersFirst: fc.boolean(),
  stampAgoMs: fc.constantFrom(...STAMPS),
  wholeSeconds: fc.boolean(),
  second: fc.nat({ max: 9 }).map((n) => n === 9),
  a: choice,
  b: choice,
});

/** About `length` steps. */
export function historyOfLength(length: number): fc.Arbitrary<History> {
  return fc.record({
    settings: choice,
    rule: choice,
    online: fc.nat({ max: 15 }).map((bits) => 15 - bits),
    steps: fc.array(step, { minLength: 1, maxLength: length, size: "max" }),
  });
}

/** Chooses by a step's number. */
export function pick<T>(from: readonly T[], index: number): T {
  const chosen = from[index % from.length];
  if (chosen === undefined) throw new Error("nothing to choose from");
  return chosen;
}
