/**
 * What an account has to offer to sessions that nobody could take, whichever they are. A session that
 * found nobody finds nobody again as long as nothing more is open than then, and nothing of its own
 * changed: so lines needn't be tried again and again (clock.md §8).
 */
import { isOpenAt } from "../business-hours.ts";
import type { Ms } from "../facts.ts";
import type { Roster, RosterMember, RosterTeam } from "./roster.ts";
import { obstacleFor } from "./route.ts";

export interface Openings {
  /** Everything that is asked and who is there at all; with other terms, anybody may be eligible. */
  readonly terms: string;
  /** Who has a place by what is asked, whatever the session. */
  readonly places: ReadonlySet<string>;
}

/** What a session is offered besides the roster. */
export interface OpeningsBesides {
  /** Teams that sessions in line were transferred to. */
  readonly teams: readonly RosterTeam[];
  /** The moment, for business hours. */
  readonly at: Ms;
  /** What else decides, in any words: the settings in force, and whether reassignments are held. */
  readonly others: string;
}

export function openingsOf(roster: Roster, { teams, at, others }: OpeningsBesides): Openings {
  const rules = roster.rules.filter((rule) => rule.enabled);
  const byId = new Map(roster.members.map((member) => [member.id, member]));
  const places = new Set<string>();
  const open = (ask: Ask, members: readonly (RosterMember | undefined)[]) => {
    for (const member of members) {
      if (member === undefined || !member.active || obstacleFor(ask, member) !== null) continue;
      places.add(`${ask.onlineOnly} ${ask.capacity} ${member.id}`);
    }
  };
  for (const rule of rules) {
    // A contact's owner or previous agent comes first, whoever the rule names.
    const anybody = "everyone" in rule.target || rule.ownerFirst || rule.previousAgentFirst;
    const named = "members" in rule.target ? rule.target.members : [];
    open(rule, anybody ? roster.members : named.map((id) => byId.get(id)));
  }
  for (const team of teams) {
    open(
      { onlineOnly: true, capacity: null },
      team.members.map((id) => byId.get(id)),
    );
  }
  const terms = JSON.stringify([
    others,
    isOpenAt(roster.businessHours, at),
    rules.map(({ conditions, target, ownerFirst, previousAgentFirst, onlineOnly, capacity }) => [
      ...[conditions, target, ownerFirst, previousAgentFirst, onlineOnly, capacity],
    ]),
    teams.map(({ id, members }) => [id, members]),
    roster.members.map(({ id, active, channels }) => [id, active, channels]),
  ]);
  return { terms, places };
}

type Ask = Parameters<typeof obstacleFor>[0];

/** Whether somebody may get a session now who could not then. */
export function offersMore(now: Openings, then: Openings): boolean {
  return now.terms !== then.terms || !now.places.isSubsetOf(then.places);
}

/** What was open both times; `null`: nothing can be said, since other things were asked. */
export function openBothTimes(one: Openings, other: Openings): Openings | null {
  if (one.terms !== other.terms) return null;
  return { terms: one.terms, places: one.places.intersection(other.places) };
}
