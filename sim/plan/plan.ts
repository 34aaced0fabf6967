import type { Pace } from "../../apps/server/src/platform/pace.ts";

/** What a run is like: drawn from its seed, so that a thousand seeds try a thousand kinds of trouble. */
export interface Plan {
  readonly seed: number;
  /** How long customers write, ms of virtual time. */
  readonly durationMs: number;
  readonly nodes: number;
  /** Connections of each node to the database at most. */
  readonly poolSize: number;
  readonly pace: Pace;
  /** Clocks of hosts are apart by up to this much, ms. */
  readonly maxSkewMs: number;
  readonly maxDriftPpm: number;
  readonly network: NetworkPlan;
  readonly faults: FaultPlan;
  readonly provider: ProviderPlan;
  readonly business: BusinessPlan;
}

export interface NetworkPlan {
  /** Mean time that a statement or an answer is under way, ms. */
  readonly latencyMs: number;
  /** How often it takes far longer, and how long at most. */
  readonly slowChance: number;
  readonly slowMs: number;
  /** How often a transaction's pipelined statements arrive one by one, among those of others. */
  readonly apartChance: number;
}

/** Mean times between troubles, ms; `null`: never. */
export interface FaultPlan {
  readonly nodeKilledMs: number | null;
  readonly nodeStoppedMs: number | null;
  readonly nodePausedMs: number | null;
  readonly connectionCutMs: number | null;
  /** All nodes are gone at once, for longer than an outage takes (clock.md §6). */
  readonly blackoutEveryMs: number | null;
  readonly blackoutMs: number;
  readonly databaseAwayMs: number | null;
  /** Of those, how often PostgreSQL really crashes. */
  readonly databaseCrashChance: number;
  /** Longest time until a node or the database is back, ms. */
  readonly longestAwayMs: number;
  /** How often one statement after another is the moment of a trouble, rather than any moment. */
  readonly midStatementChance: number;
}

export interface ProviderPlan {
  /** Of sends: the answer is lost after the provider took it. */
  readonly unknownChance: number;
  readonly retryChance: number;
  readonly rejectChance: number;
  /** Of accepted sends: a later status says that it failed. */
  readonly failedLaterChance: number;
  /** Of webhooks: sent twice, though the first was answered. */
  readonly doubledChance: number;
  /** Of webhooks: late, by up to `latestMs`. */
  readonly lateChance: number;
  readonly latestMs: number;
  /** A provider's answer takes this long on average, ms. */
  readonly answerMs: number;
  /** Mean time between spans in which it asks everybody to come back later, ms; `null`: never. */
  readonly busyEveryMs: number | null;
  readonly busyMs: number;
  /** The channel's messaging window (clock.md §5), ms. */
  readonly windowMs: number;
}

export interface BusinessPlan {
  readonly accounts: number;
  readonly channelsEach: number;
  readonly agentsEach: number;
  readonly contactsEach: number;
  /** Mean time between conversations that customers begin, over all of them, ms. */
  readonly conversationEveryMs: number;
  /** How often a customer answers what they hear, and how many messages they write at once at most. */
  readonly customerAnswers: number;
  readonly longestBurst: number;
  /** Mean time between looks for few free places, which more customers then want at once, ms; `null`: never. */
  readonly rushEveryMs: number | null;
  /** Mean time until an agent answers, ms, and how often one never does. */
  readonly answerMs: number;
  readonly neverAnswers: number;
  /** Mean time between reopenings of closed sessions that nobody may say anything in afterwards, ms. */
  readonly reopenEveryMs: number;
  /** Mean time between changes of people: their limits, teams, leaving and coming back, ms. */
  readonly staffChangeEveryMs: number;
  /** Mean time between saves of settings or rules, ms. */
  readonly saveEveryMs: number;
  /** Mean length of an agent's shift and of the pause after it, ms. */
  readonly shiftMs: number;
  readonly pauseMs: number;
  /** Mean time between signs of activity of somebody who is there, ms. */
  readonly stirEveryMs: number;
}
