import type { MemberId } from "../facts.ts";
import type { Roster, RosterMember, RosterRule } from "./roster.ts";

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
  /** From 0 (included) to 1 (excluded), for rules of mode random. */
  readonly random: number;
}

/** Why a candidate was chosen or passed over, in words a supervisor understands. */
export interface CandidateVerdict {
  readonly memberId: MemberId;
  readonly verdict: string;
}

export interface RouteResult {
  readonly rule: RosterRule | null;
  readonly memberId: MemberId | null;
  readonly candidates: readonly CandidateVerdict[];
  /** Somebody the rule could choose was not excluded, eligible or not. */
  readonly untriedExists: boolean;
  /** Whether the rule's turn goes on to the chosen member. */
  readonly movesPointer: boolean;
}

/**
 * Chooses a member by the first rule whose conditions match (clock.md §8). With no match, or nobody
 * eligible, `memberId` is null and the session belongs in the unassigned queue.
 */
export function route(roster: Roster, request: RouteRequest): RouteResult {
  const rule = roster.rules.find((each) => each.enabled && matches(each, request.contact));
  if (rule === undefined) {
    return {
      rule: null,
      memberId: null,
      candidates: [],
      untriedExists: false,
      movesPointer: false,
    };
  }
  const targets = targetsOf(roster, rule);
  const preferred = preferredOf(rule, request, roster);
  const judged = judge(rule, request, [...preferred, ...targets]);
  const favourite = preferred.find((member) => judged.get(member.id) === null);
  const chosen = favourite ?? pick(rule, request.random, targets, judged);
  return {
    rule,
    memberId: chosen?.id ?? null,
    candidates: verdicts(judged, chosen?.id ?? null, favourite, rule, request.contact),
    untriedExists: [...preferred, ...targets].some(
      (member) => member.active && !request.excluded.has(member.id),
    ),
    movesPointer: chosen !== undefined && favourite === undefined && rule.mode === "sequential",
  };
}

function matches(rule: RosterRule, contact: RoutedContact): boolean {
  const { channels, tags, attributes, customer } = rule.conditions;
  if (channels !== undefined && !channels.includes(contact.channelId)) return false;
  if (tags !== undefined && !tags.some((tag) => contact.tags.includes(tag))) return false;
  if (customer !== undefined && (customer === "returning") !== contact.returning) return false;
  if (attributes === undefined) return true;
  return Object.entries(attributes).every(([name, value]) => contact.attributes[name] === value);
}

function targetsOf(roster: Roster, rule: RosterRule): readonly RosterMember[] {
  if ("everyone" in rule.target) return roster.members;
  const byId = new Map(roster.members.map((member) => [member.id, member]));
  return rule.target.members.flatMap((id) => byId.get(id) ?? []);
}

/** Members who come before the rule's order: the contact's owner, then the previous agent. */
function preferredOf(rule: RosterRule, request: RouteRequest, roster: Roster): RosterMember[] {
  const { owner, previousAgent } = request.contact;
  const ids: MemberId[] = [];
  if (rule.ownerFirst && owner !== null) ids.push(owner);
  if (rule.previousAgentFirst && !request.ignorePreviousAgent && previousAgent !== null) {
    ids.push(previousAgent);
  }
  return ids.flatMap((id) => roster.members.find((member) => member.id === id) ?? []);
}

/** Each candidate's reason to be passed over; `null`: eligible. */
function judge(
  rule: RosterRule,
  request: RouteRequest,
  candidates: readonly RosterMember[],
): ReadonlyMap<MemberId, string | null> {
  const judged = new Map<MemberId, string | null>();
  for (const member of candidates) judged.set(member.id, objection(rule, request, member));
  return judged;
}

function objection(rule: RosterRule, request: RouteRequest, member: RosterMember): string | null {
  if (!member.active) return "deactivated";
  const excluded = request.excluded.get(member.id);
  if (excluded !== undefined) return excluded;
  if (rule.onlineOnly && !member.online) return "offline";
  const capacity = lower(rule.capacity, member.capacity);
  if (capacity !== null && member.open >= capacity) {
    return `at capacity ${member.open}/${capacity}`;
  }
  return null;
}

function pick(
  rule: RosterRule,
  random: number,
  targets: readonly RosterMember[],
  judged: ReadonlyMap<MemberId, string | null>,
): RosterMember | undefined {
  const eligible = targets.filter((member) => judged.get(member.id) === null);
  switch (rule.mode) {
    case "sequential":
      return nextInTurn(targets, eligible, rule.pointer);
    case "leastBusy":
      return eligible.reduce<RosterMember | undefined>(
        (least, member) => (least === undefined || member.open < least.open ? member : least),
        undefined,
      );
    case "random":
      return eligible[Math.floor(random * eligible.length)];
  }
}

/** The first eligible member after the one who had the last turn, going round. */
function nextInTurn(
  targets: readonly RosterMember[],
  eligible: readonly RosterMember[],
  pointer: MemberId | null,
): RosterMember | undefined {
  const start = targets.findIndex((member) => member.id === pointer) + 1;
  const isEligible = new Set(eligible);
  for (let step = 0; step < targets.length; step++) {
    const member = targets[(start + step) % targets.length];
    if (member !== undefined && isEligible.has(member)) return member;
  }
  return undefined;
}

const MODE_WORDS = {
  sequential: "next in turn",
  leastBusy: "least busy",
  random: "drawn at random",
} as const;

function verdicts(
  judged: ReadonlyMap<MemberId, string | null>,
  chosen: MemberId | null,
  favourite: RosterMember | undefined,
  rule: RosterRule,
  contact: RoutedContact,
): CandidateVerdict[] {
  const chosenWords =
    favourite === undefined ? MODE_WORDS[rule.mode] : favouriteWords(favourite, contact);
  return [...judged].map(([memberId, reason]) => ({
    memberId,
    verdict: memberId === chosen ? chosenWords : (reason ?? "eligible"),
  }));
}

function favouriteWords(favourite: RosterMember, contact: RoutedContact): string {
  return favourite.id === contact.owner ? "the contact's owner" : "the previous agent";
}

function lower(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  if (b === null) return a;
  return Math.min(a, b);
}
