import type { Ms, SessionFacts, Wait } from "./facts.ts";
import { minutes, type SettingsInForce } from "./settings.ts";

/** The five deadlines of a session, epoch ms; `null`: it has none of that kind (clock.md §3). */
export interface Deadlines {
  readonly wakeAt: Ms | null;
  readonly closeAt: Ms | null;
  readonly overdueAt: Ms | null;
  readonly warnAt: Ms | null;
  readonly reassignAt: Ms | null;
}

export type DeadlineKind = "wake" | "warn" | "overdue" | "reassign" | "close";

const NO_DEADLINES: Deadlines = {
  wakeAt: null,
  closeAt: null,
  overdueAt: null,
  warnAt: null,
  reassignAt: null,
};

/** Derives every deadline from the facts and the settings in force (clock.md §3). */
export function deadlinesOf(facts: SessionFacts, settings: SettingsInForce): Deadlines {
  if (facts.closed !== null) return NO_DEADLINES;
  const overdueAt = overdueAtOf(facts.wait, settings);
  return {
    wakeAt: facts.snoozedUntil,
    closeAt: closeAtOf(facts, settings),
    overdueAt,
    warnAt: warnAtOf(facts.wait, overdueAt, settings),
    reassignAt: reassignAtOf(facts, settings),
  };
}

/** The least deadline that isn't held: what the timer index orders by. Mirrored by the schema. */
export function nextDueAt(deadlines: Deadlines, held: boolean): Ms | null {
  let least = earlier(earlier(deadlines.wakeAt, deadlines.overdueAt), deadlines.warnAt);
  if (!held) least = earlier(earlier(least, deadlines.closeAt), deadlines.reassignAt);
  return least;
}

function closeAtOf(facts: SessionFacts, settings: SettingsInForce): Ms | null {
  if (facts.wait !== null || !settings.closure.enabled) return null;
  if (facts.pendingSends > 0 || facts.snoozedUntil !== null) return null;
  if (facts.lastAgentMessageAt === null && facts.noReplyNeededAt === null) return null;
  const anchor = Math.max(
    facts.lastAgentMessageAt ?? 0,
    facts.noReplyNeededAt ?? 0,
    facts.reopenedAt ?? 0,
    facts.wokenAt ?? 0,
  );
  return anchor + minutes(settings.closure.afterMinutes);
}

function overdueAtOf(wait: Wait | null, settings: SettingsInForce): Ms | null {
  if (wait === null || wait.overdueSince !== null || !settings.reply.enabled) return null;
  return replyAnchor(wait, settings) + minutes(settings.reply.limitMinutes);
}

/**
 * Where the response limit counts from. With *first assignment*, a wait that nobody holds yet, or that
 * somebody held from its start, counts from the customer's message.
 */
export function replyAnchor(wait: Wait, settings: SettingsInForce): Ms {
  return settings.reply.countFrom === "firstAssignment" && wait.firstAssignedAt !== null
    ? Math.max(wait.startedAt, wait.firstAssignedAt)
    : wait.startedAt;
}

function warnAtOf(wait: Wait | null, overdueAt: Ms | null, settings: SettingsInForce): Ms | null {
  if (wait === null || overdueAt === null || wasWarned(wait, overdueAt)) return null;
  return overdueAt - minutes(settings.reply.warnMinutes);
}

function wasWarned(wait: Wait, overdueAt: Ms): boolean {
  return wait.warnedFor === overdueAt || wait.warnedBefore?.includes(overdueAt) === true;
}

function reassignAtOf(facts: SessionFacts, settings: SettingsInForce): Ms | null {
  const { wait, assignedAt } = facts;
  if (wait === null || facts.assignee === null || assignedAt === null) return null;
  if (!settings.reassign.enabled || wait.exhausted || wait.waitingForAgent) return null;
  return Math.max(wait.knownAt, assignedAt) + minutes(settings.reassign.afterMinutes);
}

function earlier(a: Ms | null, b: Ms | null): Ms | null {
  if (a === null) return b;
  if (b === null) return a;
  return a < b ? a : b;
}
