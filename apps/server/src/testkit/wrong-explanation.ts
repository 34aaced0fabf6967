import type { CandidateVerdict, Explanation } from "@punctual/session";
import type { SettingsOf } from "./settings-history.ts";

/** An act on a timeline, as far as its explanation is judged. */
export interface ExplainedAct {
  readonly account_id: string;
  readonly channel_id: string;
  readonly kind: string;
  readonly at: number;
  readonly explanation: Explanation;
}

/**
 * clock.md §7, §9.7: what is wrong with the explanation of an act; empty: nothing. The numbers are added up
 * again, and compared with the settings that they name.
 */
export function wrongExplanation(act: ExplainedAct, settings: SettingsOf): string[] {
  const { kind, explanation } = act;
  const { by, deadline, routed, reason, to } = explanation;
  const automatic = by.type === "clock" || by.type === "rules";
  const moved = MOVES.has(kind);
  const usedUp = (explanation.tries ?? 0) >= (explanation.maxTries ?? Infinity);
  const unexplained =
    deadline === undefined && routed === undefined && reason === undefined && !usedUp;
  return [
    ...when(
      by.type === "clock" && NEEDS_DEADLINE.has(kind) && deadline === undefined,
      `9.7: ${kind} without its deadline`,
    ),
    ...when(automatic && moved && unexplained, `9.7: ${kind} by ${by.type} without a reason`),
    ...when(
      automatic && kind === "assigned" && !isCandidate(routed?.candidates, to),
      "9.7: assigned to no candidate",
    ),
    ...(deadline === undefined ? [] : wrongNumbers(act, deadline, settings)),
  ];
}

const MOVES: ReadonlySet<string> = new Set(["assigned", "unassigned", "exhausted", "queued"]);

const NEEDS_DEADLINE: ReadonlySet<string> = new Set([
  ...["closed", "overdue", "warned", "woken", "waitingForAgent", "breachRecorded"],
]);

function isCandidate(
  candidates: readonly CandidateVerdict[] = [],
  memberId: string | null = null,
): boolean {
  return candidates.some((each) => each.memberId === memberId && each.verdict !== "offline");
}

function wrongNumbers(
  { kind, at, account_id: accountId, channel_id: channelId }: ExplainedAct,
  deadline: NonNullable<Explanation["deadline"]>,
  settingsOf: SettingsOf,
): string[] {
  const { anchor, minutes, beforeMinutes, dueAt, firedAt, armedAt, latenessMs } = deadline;
  const { closure, reassign, reply } = settingsOf({ accountId, channelId }, deadline.settings);
  const numbers: Readonly<Record<string, number>> = {
    closed: closure.afterMinutes,
    overdue: reply.limitMinutes,
    breachRecorded: reply.limitMinutes,
    warned: reply.limitMinutes,
    assigned: reassign.afterMinutes,
    waitingForAgent: reassign.afterMinutes,
    exhausted: reassign.afterMinutes,
    woken: 0,
  };
  const due = anchor.at + (minutes - beforeMinutes) * 60_000;
  return [
    ...when(dueAt !== due, `9.7: ${kind} was due at ${due}, not ${dueAt}`),
    ...when(firedAt < dueAt, `9.7: ${kind} fired before it was due`),
    ...when(firedAt !== at, `9.7: ${kind} happened at ${at}, not when it fired`),
    ...when(armedAt > firedAt, `9.7: ${kind} was armed after it fired`),
    ...when(
      latenessMs !== Math.max(0, firedAt - Math.max(dueAt, armedAt)),
      `9.7: ${kind} is not ${latenessMs} ms late`,
    ),
    ...when(numbers[kind] !== minutes, `9.7: ${kind} after ${minutes}, not ${numbers[kind]} min`),
    ...when(
      beforeMinutes !== (kind === "warned" ? reply.warnMinutes : 0),
      `9.7: ${kind} ${beforeMinutes} minutes before`,
    ),
  ];
}

function when(broken: boolean, what: string): string[] {
  return broken ? [what] : [];
}
