import type { Deadlines } from "./deadlines.ts";
import { deadlinesOf } from "./deadlines.ts";
import type { Act, ActKind, Effect } from "./effect.ts";
import type { Explanation } from "./explanation.ts";
import type { MemberId, Ms, SessionFacts, Wait } from "./facts.ts";
import type { Roster, RosterTeam } from "./routing/roster.ts";
import type { RoutedContact } from "./routing/route.ts";
import type { SettingsChoice, SettingsInForce } from "./settings.ts";

/** What a channel lets the clock plan with. */
export interface WindowLimits {
  /** Ms after the customer's last message in which free-form messages may leave; `null`: always. */
  readonly windowMs: number | null;
  readonly windowMarginMs: number;
  readonly templates: boolean;
}

/** Everything a decision looks at besides facts and event. Data only. */
export interface Context {
  /** The database's clock, read after the session was locked. */
  readonly now: Ms;
  readonly settings: SettingsChoice;
  readonly roster: Roster;
  /** The team of the session's facts, as it is now; `null`: there is none, or not any more. */
  readonly team: RosterTeam | null;
  readonly contact: RoutedContact;
  readonly limits: WindowLimits;
  /** After an outage, closes and reassignments wait (clock.md §6). */
  readonly hold: boolean;
  /** From 0 (included) to 1 (excluded). */
  readonly random: number;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * A decision being made: a private copy of the facts that steps may change, and what they gathered.
 * It lives only inside `decide`, which stays pure to the outside.
 */
export interface Draft {
  readonly before: SessionFacts;
  readonly facts: Writable<SessionFacts>;
  readonly context: Context;
  readonly now: Ms;
  settings: SettingsInForce;
  /** The team that gets the session by itself, if it was transferred to one. */
  team: RosterTeam | null;
  readonly effects: Effect[];
}

export function startDraft(facts: SessionFacts, context: Context): Draft {
  const draft: Draft = {
    before: facts,
    facts: { ...facts },
    context,
    now: context.now,
    settings: context.settings.current,
    team: facts.teamId === null ? null : context.team,
    effects: [],
  };
  if (facts.closed === null) adopt(draft, context.settings.current);
  return draft;
}

/** A wait or an agent message begins, or a session opens or reopens: the newest save counts. */
export function adoptNewest(draft: Draft): void {
  adopt(draft, draft.context.settings.newest);
}

function adopt(draft: Draft, settings: SettingsInForce): void {
  draft.settings = settings;
  draft.facts.settings = settings.versions;
  const { wait } = draft.facts;
  if (wait?.waitingForAgent === true && !settings.reassign.enabled) {
    setWait(draft, wait, { waitingForAgent: false });
  }
}

export function setWait(draft: Draft, wait: Wait, change: Partial<Wait>): Wait {
  const changed = { ...wait, ...change };
  draft.facts.wait = changed;
  return changed;
}

export function deadlinesNow(draft: Draft): Deadlines {
  return deadlinesOf(draft.facts, draft.settings);
}

/**
 * Puts an act on the timeline. `ordinal` null: a person did it, and may do it again.
 * @param wait the wait it belongs to: the running one, or else the latest, unless given.
 */
export function act(
  draft: Draft,
  kind: ActKind,
  ordinal: number | null,
  explanation: Explanation,
  wait = waitNumber(draft),
): void {
  const entry: Act = { type: "act", kind, at: draft.now, wait, ordinal, explanation };
  draft.effects.push(entry);
}

/** The running wait's number, or else the latest one's. */
export function waitNumber({ facts }: Draft): number {
  return facts.wait?.number ?? facts.lastWaitNumber;
}

export const BY_CLOCK = { type: "clock" } as const;
export const BY_RULES = { type: "rules" } as const;
export const BY_CUSTOMER = { type: "customer" } as const;
export const BY_PROVIDER = { type: "provider" } as const;

export function byMember(memberId: MemberId): { type: "member"; memberId: MemberId } {
  return { type: "member", memberId };
}
