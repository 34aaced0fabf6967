import type { Pace } from "../../apps/server/src/platform/pace.ts";
import { Random } from "../kernel/random.ts";
import type { BusinessPlan, FaultPlan, NetworkPlan, Plan, ProviderPlan } from "./plan.ts";

export interface PlanWishes {
  readonly seed: number;
  readonly hours?: number | undefined;
  readonly nodes?: number | undefined;
  /** A month of a busy year, with far fewer looks of the loops than in real life. */
  readonly year?: boolean | undefined;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTH = (365 / 12) * DAY;

/** Draws a run from its seed. What is wished for is kept. */
export function drawPlan({ seed, hours, nodes, year = false }: PlanWishes): Plan {
  const random = new Random(seed, "plan");
  const durationMs = hours === undefined && year ? MONTH : (hours ?? random.pick([1, 2, 4])) * HOUR;
  const pace = year ? slowed(240, 1_800) : drawPace(random);
  return {
    seed,
    durationMs,
    nodes: nodes ?? (year ? 2 : random.pick([1, 2, 2, 3, 3, 4, 5])),
    poolSize: year ? 3 : random.pick([2, 3, 4, 10]),
    pace,
    maxSkewMs: random.pick([0, 50, 2 * SECOND, 10 * SECOND]),
    maxDriftPpm: random.pick([0, 50, 500]),
    network: drawNetwork(random, year),
    faults: drawFaults(random, pace, year),
    provider: drawProvider(random, year),
    business: drawBusiness(random, year),
  };
}

function drawPace(random: Random): Pace {
  return slowed(random.pick([4, 12, 40]), random.pick([30, 120, 600]));
}

/** The server's own pace, with so many times fewer heartbeats and looks. */
function slowed(beats: number, looks: number): Pace {
  return {
    heartbeatMs: 5 * SECOND * beats,
    outageMs: 30 * SECOND * beats,
    presenceBeatMs: 15 * SECOND * beats,
    offlineAfterMs: 60 * SECOND * beats,
    timerPollMs: SECOND * looks,
    outboxPollMs: SECOND * looks,
    linePollMs: 2 * SECOND * looks,
    rescuerPollMs: SECOND * looks,
    mailPollMs: 5 * SECOND,
    alertPollMs: 5 * SECOND,
    idleConnectionMs: 60 * SECOND * looks,
  };
}

function drawNetwork(random: Random, year: boolean): NetworkPlan {
  return {
    latencyMs: random.pick([0, 1, 3, 10]),
    slowChance: random.pick([0, 0, 0.002, 0.02]),
    slowMs: random.pick([100, 1 * SECOND, 4 * SECOND]),
    apartChance: year ? 0.05 : random.pick([0.05, 0.2, 0.6]),
  };
}

function drawFaults(random: Random, { outageMs }: Pace, year: boolean): FaultPlan {
  const scale = year ? 200 : 1;
  const sometimes = (mean: number) => (random.chance(0.7) ? mean * scale : null);
  return {
    nodeKilledMs: sometimes(random.pick([2 * MINUTE, 10 * MINUTE, HOUR])),
    nodeStoppedMs: sometimes(random.pick([10 * MINUTE, HOUR])),
    nodePausedMs: sometimes(random.pick([3 * MINUTE, 20 * MINUTE])),
    connectionCutMs: sometimes(random.pick([MINUTE, 10 * MINUTE])),
    blackoutEveryMs: sometimes(random.pick([5 * MINUTE, HOUR])),
    blackoutMs: Math.round(outageMs * 1.2) + 5 * SECOND,
    databaseAwayMs: sometimes(random.pick([10 * MINUTE, HOUR])),
    databaseCrashChance: 0.2,
    longestAwayMs: random.pick([10 * SECOND, 2 * MINUTE, 20 * MINUTE]) * (year ? 20 : 1),
    midStatementChance: 0.7,
  };
}

function drawProvider(random: Random, year: boolean): ProviderPlan {
  const often = random.pick([0, 1, 3]);
  return {
    unknownChance: 0.02 * often,
    retryChance: 0.03 * often,
    rejectChance: 0.02 * often,
    failedLaterChance: 0.03 * often,
    doubledChance: year ? 0.02 : random.pick([0, 0.05, 0.3]),
    lateChance: random.pick([0, 0.02, 0.1]),
    latestMs: random.pick([5 * SECOND, 3 * MINUTE, 2 * HOUR]),
    answerMs: random.pick([50, 300, 2 * SECOND]),
    busyEveryMs: year ? 10 * 24 * HOUR : random.pick([null, 10 * MINUTE, 30 * MINUTE]),
    busyMs: random.pick([MINUTE, 10 * MINUTE]),
    windowMs: year ? 24 * HOUR : random.pick([24 * HOUR, 24 * HOUR, 6 * MINUTE]),
  };
}

function drawBusiness(random: Random, year: boolean): BusinessPlan {
  return {
    accounts: random.pick([1, 1, 2]),
    channelsEach: random.pick([1, 1, 2]),
    agentsEach: random.between(1, 6),
    contactsEach: year ? 300 : random.pick([4, 15, 60]),
    conversationEveryMs: year ? 25 * MINUTE : random.pick([5 * SECOND, 20 * SECOND, 60 * SECOND]),
    customerAnswers: year ? 0.3 : 0.6,
    longestBurst: year ? 1 : 3,
    answerMs: random.pick([15 * SECOND, 90 * SECOND, 6 * MINUTE]),
    neverAnswers: random.pick([0.02, 0.1, 0.3]),
    saveEveryMs: random.pick([10 * MINUTE, HOUR, 5 * HOUR]) * (year ? 50 : 1),
    shiftMs: random.pick(year ? [2 * HOUR, 8 * HOUR] : [3 * MINUTE, 20 * MINUTE, 2 * HOUR]),
    pauseMs: random.pick([2 * MINUTE, 30 * MINUTE]) * (year ? 4 : 1),
    reopenEveryMs: year ? 6 * HOUR : random.pick([10 * SECOND, MINUTE]),
    rushEveryMs: year ? 6 * HOUR : random.pick([null, 5 * SECOND, 30 * SECOND]),
    stirEveryMs: year ? 30 * MINUTE : random.pick([30 * SECOND, 3 * MINUTE]),
    staffChangeEveryMs: year ? 12 * HOUR : random.pick([15 * SECOND, 2 * MINUTE]),
  };
}
