/**
 * Who may get a session by itself, worked out from the words of clock.md §8. It shares no logic with the
 * machine: random histories are judged by it.
 */
import type { Context, MemberId, RosterRule } from "../index.ts";

/** What a rule, or a team in the place of one, asks of whoever gets the session. */
export interface Ask {
  /** `null`: everyone. */
  readonly members: readonly MemberId[] | null;
  readonly onlineOnly: boolean;
  readonly capacity: number | null;
}

/** The first rule that matches, or the session's team; `null`: nobody gets it by itself. */
export function askOf({ roster, contact, team }: Context, ofTeam: boolean): Ask | null {
  if (ofTeam && team !== null) return { members: team.members, onlineOnly: true, capacity: null };
  const isOpen = roster.businessHours === null || hasHours(roster.businessHours);
  const rule = roster.rules
    .filter(({ enabled }) => enabled)
    .find((each) => fits(each, contact, isOpen));
  if (rule === undefined) return null;
  const { target, onlineOnly, capacity } = rule;
  const members = "members" in target ? target.members : null;
  return { members, onlineOnly, capacity };
}

/** In histories a business is open always or never. */
function hasHours(hours: NonNullable<Context["roster"]["businessHours"]>): boolean {
  return Object.values(hours.weekdays).some((day) => day.length > 0);
}

function fits({ conditions }: RosterRule, contact: Context["contact"], isOpen: boolean): boolean {
  const { channels = null, tags = null, customer, businessHours, attributes = {} } = conditions;
  return (
    (channels === null || channels.includes(contact.channelId)) &&
    (tags === null || contact.tags.some((tag) => tags.includes(tag))) &&
    (customer === undefined || contact.returning === (customer === "returning")) &&
    Object.keys(attributes).every((name) => attributes[name] === contact.attributes[name]) &&
    (businessHours === undefined || isOpen === (businessHours === "within"))
  );
}

/** Why this member may not have it; `null`: they may. */
export function objectionTo(
  id: MemberId,
  { members, onlineOnly, capacity }: Ask,
  { roster, contact }: Context,
): string | null {
  const member = roster.members.find((each) => each.id === id);
  // Owners and previous agents come before a rule's order, whoever it gives sessions to.
  const isFavourite = id === contact.owner || id === contact.previousAgent;
  if (member === undefined || !member.active) return "a deactivated member";
  if (members?.includes(id) === false && !isFavourite) return "one who isn't meant by the rule";
  if (member.channels?.includes(contact.channelId) === false) {
    return "one without access to the channel";
  }
  if (onlineOnly && !member.online) return "one who is offline";
  const limits = [capacity, member.capacity].flatMap((limit) => limit ?? []);
  return limits.some((limit) => member.open >= limit) ? "one who is full" : null;
}
