import type { BusinessHours, RuleConditions } from "@punctual/contract";
import type { MemberId, TeamId } from "../facts.ts";

/** What routing knows of a member. */
export interface RosterMember {
  readonly id: MemberId;
  readonly active: boolean;
  /** A live connection and status *available* (clock.md §8). */
  readonly online: boolean;
  /** Most open, unsnoozed sessions this member may hold; `null`: no limit of their own. */
  readonly capacity: number | null;
  /** Ids of the channels whose sessions this member may get; `null`: of all. */
  readonly channels: readonly string[] | null;
  /** Open, unsnoozed sessions held now. Counted up to what the rules need to know. */
  readonly open: number;
}

/** Whom a rule gives sessions to; a team is its members, in their order. */
export type RosterTarget = { readonly members: readonly MemberId[] } | { readonly everyone: true };

export interface RosterRule {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly conditions: RuleConditions;
  readonly target: RosterTarget;
  readonly mode: "sequential" | "leastBusy" | "random";
  readonly previousAgentFirst: boolean;
  readonly ownerFirst: boolean;
  readonly onlineOnly: boolean;
  readonly capacity: number | null;
  /** The member who got the last session by this rule, for round robin. */
  readonly pointer: MemberId | null;
}

/** A team that a session was transferred to: its members get it in their turn order. */
export interface RosterTeam {
  readonly id: TeamId;
  readonly name: string;
  /** In turn order. */
  readonly members: readonly MemberId[];
  /** The member who got the last session by it. */
  readonly pointer: MemberId | null;
}

/** One account's rules, in order, and members: everything a routing decision looks at. */
export interface Roster {
  readonly rules: readonly RosterRule[];
  /** In a stable order, which is the turn order for rules that target everyone. */
  readonly members: readonly RosterMember[];
  /** The account's, for rules that ask; `null`: it is always open. */
  readonly businessHours: BusinessHours | null;
}

/** The roster after a decision: later decisions of the same batch see loads and turns as they are now. */
export function rosterAfter(
  roster: Roster,
  change: {
    readonly released: MemberId | null;
    readonly given: MemberId | null;
    readonly pointer: { readonly ruleId: string; readonly memberId: MemberId } | null;
  },
): Roster {
  const { released, given, pointer } = change;
  if (released === given && pointer === null) return roster;
  return {
    ...roster,
    members:
      released === given
        ? roster.members
        : roster.members.map((member) => {
            const step = (member.id === given ? 1 : 0) - (member.id === released ? 1 : 0);
            return step === 0 ? member : { ...member, open: Math.max(0, member.open + step) };
          }),
    rules:
      pointer === null
        ? roster.rules
        : roster.rules.map((rule) =>
            rule.id === pointer.ruleId ? { ...rule, pointer: pointer.memberId } : rule,
          ),
  };
}
