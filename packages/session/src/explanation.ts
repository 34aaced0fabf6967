import type { MemberId, MessageId, Ms, SettingsVersions, TeamId } from "./facts.ts";
import type { CandidateVerdict } from "./routing/route.ts";

/** Who did it. */
export type Actor =
  | { readonly type: "clock" }
  | { readonly type: "rules" }
  | { readonly type: "customer" }
  | { readonly type: "provider" }
  | { readonly type: "member"; readonly memberId: MemberId };

/** The deadline behind an act, with every number that made it (clock.md §7). */
export interface FiredDeadline {
  /** What started the clock. */
  readonly anchor: {
    readonly type:
      | "customerMessage"
      | "agentMessage"
      | "firstAssignment"
      | "assignment"
      | "waitKnown"
      | "noReplyNeeded"
      | "reopened"
      | "woken"
      | "snooze";
    readonly at: Ms;
    readonly messageId: MessageId | null;
    readonly memberId: MemberId | null;
  };
  /** The setting's minutes: anchor + minutes = due (a warning: minus `beforeMinutes`). */
  readonly minutes: number;
  readonly beforeMinutes: number;
  readonly dueAt: Ms;
  readonly firedAt: Ms;
  /** The commit that created the deadline; one created in the past is not late. */
  readonly armedAt: Ms;
  readonly latenessMs: number;
  readonly settings: SettingsVersions;
  /** What kept it from firing when it was due. */
  readonly heldBy: "outage" | null;
}

/** Why an assignment went where it went. */
export interface Routed {
  readonly ruleId: string | null;
  readonly ruleName: string | null;
  /** The team whose members alone were looked at, for a session that was transferred to one. */
  readonly teamId?: TeamId;
  readonly candidates: readonly CandidateVerdict[];
}

/**
 * The reason of an act, as data, written in the same commit as the act. `sentenceOf` says it in words.
 */
export interface Explanation {
  readonly by: Actor;
  readonly deadline?: FiredDeadline;
  readonly routed?: Routed;
  readonly from?: MemberId | null;
  readonly to?: MemberId | null;
  /** The team a session was transferred to, as it was called then. */
  readonly team?: { readonly id: TeamId; readonly name: string };
  /** Tags that a person put on the session or took off it, by their names then. */
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
  readonly category?: { readonly id: string; readonly name: string } | null;
  readonly messageId?: MessageId;
  /** What a person found out about a message of which nobody knew whether it arrived. */
  readonly arrived?: boolean;
  readonly reason?: string;
  /** For waits: when it began, and how long it lasted. */
  readonly startedAt?: Ms;
  readonly lengthMs?: number;
  readonly dueAt?: Ms;
  readonly tries?: number;
  readonly maxTries?: number;
  /** For a close: what became of the end-of-session message. */
  readonly endMessage?:
    | "queued"
    | "template"
    | "windowClosed"
    | "off"
    | "customerNeverWrote"
    | "declined";
  readonly settings?: SettingsVersions;
}
