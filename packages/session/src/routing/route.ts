import { isOpenAt } from "../business-hours.ts";
import type { MemberId, Ms } from "../facts.ts";
import type { Roster, RosterMember, RosterRule, RosterTeam } from "./roster.ts";

/** What a rule's conditions are matched against. */
export interface RoutedContact {
  readonly channelId: string;
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  /** The contact had a session before this one. */
  readonly returning: boolean;
  /** Whoever held the contact's last session on this channel. */
  readonly previousAgent: MemberId | null;
  readonly owner: MemberId | null;
}

export interface RouteRequest {
  readonly contact: RoutedContact;
  /** Members passed over, with the reason that is shown. */
  readonly excluded: ReadonlyMap<
    MemberId,
    "holds it now" | "already held it in this wait" | "it was taken from them in this wait"
  >;
  /** A timed reassignment ignores "previous agent first": it would hand it straight back. */
  readonly ignorePreviousAgent: boolean;
  /** The moment of the decision, for business hours. */
  readonly at: Ms;
  /** The team it was transferred to, which stands in the place of the rules; `null`: the rules decide. */
  readonly team: RosterTeam | null;
  /** From 0 (included) to 1 (excluded), for rules of mode random. */
  readonly random: number;
}

/** Why a candidate was chosen or passed over, in words a supervisor understands. */
export interface CandidateVerdict {
  readonly memberId: MemberId;
  readonly verdict: string;
}

/** Whether a rule's conditions match, and if not, the first that doesn't. */
export interface RuleVerdict {
  readonly rule: RosterRule;
  /** `null`: all of its conditions match. */
  readonly mismatch: string | null;
}

export interface RouteResult {
  readonly rule: RosterRule | null;
  /** In the place of a rule. */
  readonly team: RosterTeam | null;
  readonly memberId: MemberId | null;
  readonly candidates: readonly CandidateVerdict[];
  /** Somebody the rule could choose was not excluded, eligible or not. */
  readonly untriedExists: boolean;
  /** Whether the rule's, or the team's, turn goes on to the chosen member. */
  readonly movesPointer: boolean;
}

/** A member and why they are passed over; `null`: eligible. */
interface Judged {
  readonly member: RosterMember;
  readonly objection: string | null;
}

/**
 * Chooses a member by the first rule whose conditions match (clock.md §8), or among the team that a session
 * was transferred to (docs/adr/0020). With no match, or nobody eligible, `memberId` is null and the
 * session belongs in the unassigned queue.
 */
export function route(roster: Roster, request: RouteRequest): RouteResult {
  const rule =
    request.team === null
      ? roster.rules.find((each) => mismatchOf(each, roster, request) === null)
      : ruleOf(request.team);
  if (rule === undefined) return NO_RULE;
  const preferred = preferredOf(rule, request, roster).map((each) => judge(rule, request, each));
  const targets = targetsOf(roster, rule).map((each) => judge(rule, request, each));
  const favourite = preferred.find(isEligible);
  const chosen = favourite ?? pick(rule, request.random, targets);
  const candidates =
    preferred.length === 0 ? targets : [...preferred, ...without(targets, preferred)];
  const reason =
    favourite === undefined ? MODE_WORDS[rule.mode] : favouriteWords(favourite, request.contact);
  return {
    rule: request.team === null ? rule : null,
    team: request.team,
    memberId: chosen?.member.id ?? null,
    candidates: candidates.map((each) => verdict(each, chosen, reason)),
    untriedExists: candidates.some(
      ({ member }) =>
        member.active && reaches(member, request.contact) && !request.excluded.has(member.id),
    ),
    movesPointer: chosen !== undefined && favourite === undefined && rule.mode === "sequential",
  };
}

/** A team gives its sessions away in turn, to members who are online and have a place. */
function ruleOf({ id, name, members, pointer }: RosterTeam): RosterRule {
  return {
    id,
    name,
    enabled: true,
    conditions: {},
    target: { members: [...members] },
    mode: "sequential",
    previousAgentFirst: false,
    ownerFirst: false,
    onlineOnly: true,
    capacity: null,
    pointer,
  };
}

const NO_RULE: RouteResult = {
  rule: null,
  team: null,
  memberId: null,
  candidates: [],
  untriedExists: false,
  movesPointer: false,
};

/** Of every rule, in order, whether it matches; the first that does decides. Changes nothing. */
export function judgeRules(roster: Roster, request: RouteRequest): readonly RuleVerdict[] {
  return roster.rules.map((rule) => ({ rule, mismatch: mismatchOf(rule, roster, request) }));
}

/** Why a rule doesn't decide, in words a supervisor understands; `null`: it does, if it comes first. */
function mismatchOf(rule: RosterRule, roster: Roster, request: RouteRequest): string | null {
  const { contact, at } = request;
  const { channels, tags, attributes, customer, businessHours } = rule.conditions;
  if (!rule.enabled) return "switched off";
  if (channels !== undefined && !channels.includes(contact.channelId)) return "another channel";
  if (tags !== undefined && !tags.some((tag) => contact.tags.includes(tag))) {
    return "the contact has none of its tags";
  }
  if (customer !== undefined && (customer === "returning") !== contact.returning) {
    return contact.returning ? "the customer is not new" : "the customer is new";
  }
  const different = Object.entries(attributes ?? {}).find(
    ([name, value]) => contact.attributes[name] !== value,
  );
  if (different !== undefined) return `the contact's ${different[0]} is not "${different[1]}"`;
  if (businessHours === undefined) return null;
  const open = isOpenAt(roster.businessHours, at);
  if ((businessHours === "within") === open) return null;
  return open ? "it is within business hours" : "it is outside business hours";
}

function targetsOf(roster: Roster, rule: RosterRule): readonly RosterMember[] {
  if ("everyone" in rule.target) return roster.members;
  const byId = new Map(roster.members.map((member) => [member.id, member]));
  return rule.target.members.flatMap((id) => byId.get(id) ?? []);
}

/** Members who come before the rule's order: the contact's owner, then the previous agent. */
function preferredOf(rule: RosterRule, request: RouteRequest, roster: Roster): RosterMember[] {
  const { owner, previousAgent } = request.contact;
  if (!rule.ownerFirst && !rule.previousAgentFirst) return [];
  const ids: MemberId[] = [];
  if (rule.ownerFirst && owner !== null) ids.push(owner);
  if (rule.previousAgentFirst && !request.ignorePreviousAgent && previousAgent !== null) {
    ids.push(previousAgent);
  }
  return [...new Set(ids)].flatMap((id) => roster.members.find((each) => each.id === id) ?? []);
}

function judge(rule: RosterRule, request: RouteRequest, member: RosterMember): Judged {
  return { member, objection: objection(rule, request, member) };
}

function isEligible({ objection }: Judged): boolean {
  return objection === null;
}

function without(targets: readonly Judged[], preferred: readonly Judged[]): readonly Judged[] {
  return targets.filter(({ member }) => preferred.every((each) => each.member !== member));
}

function objection(rule: RosterRule, request: RouteRequest, member: RosterMember): string | null {
  if (!member.active) return "deactivated";
  if (!reaches(member, request.contact)) return "no access to this channel";
  const excluded = request.excluded.get(member.id);
  if (excluded !== undefined) return excluded;
  return obstacleFor(rule, member);
}

/** Why a member can't get any session by such a rule for now; `null`: they can. */
export function obstacleFor(
  rule: Pick<RosterRule, "onlineOnly" | "capacity">,
  member: RosterMember,
): string | null {
  if (rule.onlineOnly && !member.online) return "offline";
  const capacity = lower(rule.capacity, member.capacity);
  if (capacity !== null && member.open >= capacity) {
    return `at capacity ${member.open}/${capacity}`;
  }
  return null;
}

function reaches({ channels }: RosterMember, { channelId }: RoutedContact): boolean {
  return channels === null || channels.includes(channelId);
}

function pick(rule: RosterRule, random: number, targets: readonly Judged[]): Judged | undefined {
  switch (rule.mode) {
    case "sequential":
      return nextInTurn(targets, rule.pointer);
    case "leastBusy":
      return leastBusy(targets);
    case "random": {
      const eligible = targets.filter(isEligible);
      return eligible[Math.floor(random * eligible.length)];
    }
  }
}

/** The first eligible member after the one who had the last turn, going round. */
function nextInTurn(targets: readonly Judged[], pointer: MemberId | null): Judged | undefined {
  const start = targets.findIndex(({ member }) => member.id === pointer) + 1;
  for (let step = 0; step < targets.length; step++) {
    const next = targets[(start + step) % targets.length];
    if (next?.objection === null) return next;
  }
  return undefined;
}

function leastBusy(targets: readonly Judged[]): Judged | undefined {
  let least: Judged | undefined;
  for (const each of targets) {
    if (each.objection !== null) continue;
    if (least === undefined || each.member.open < least.member.open) least = each;
  }
  return least;
}

const MODE_WORDS = {
  sequential: "next in turn",
  leastBusy: "least busy",
  random: "drawn at random",
} as const;

function favouriteWords({ member }: Judged, contact: RoutedContact): string {
  return member.id === contact.owner ? "the contact's owner" : "the previous agent";
}

function verdict(each: Judged, chosen: Judged | undefined, reason: string): CandidateVerdict {
  const { id } = each.member;
  if (id === chosen?.member.id) return { memberId: id, verdict: reason };
  return { memberId: id, verdict: each.objection ?? "eligible" };
}

function lower(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  if (b === null) return a;
  return Math.min(a, b);
}
