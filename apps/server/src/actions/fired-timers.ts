import type { ActKind, Effect } from "@punctual/session";

/** A deadline that fired, as it is measured. */
export interface FiredTimer {
  readonly kind: "wake" | "warn" | "overdue" | "reassign" | "close";
  readonly latenessMs: number;
  /** An outage held it back: then it doesn't count as late (clock.md §6). */
  readonly held: boolean;
}

/** The deadlines that fired with a decision. */
export function firedTimers(effects: readonly Effect[]): readonly FiredTimer[] {
  return effects.flatMap(firedTimer);
}

const TIMER_OF: Partial<Record<ActKind, FiredTimer["kind"]>> = {
  woken: "wake",
  warned: "warn",
  overdue: "overdue",
  assigned: "reassign",
  waitingForAgent: "reassign",
  exhausted: "reassign",
  closed: "close",
};

function firedTimer(effect: Effect): FiredTimer[] {
  if (effect.type !== "act" || effect.explanation.deadline === undefined) return [];
  const kind = TIMER_OF[effect.kind];
  if (kind === undefined) return [];
  const { latenessMs, heldBy } = effect.explanation.deadline;
  return [{ kind, latenessMs, held: heldBy !== null }];
}
