import type { Witness } from "../witness.ts";
import { type Finding, when } from "./finding.ts";
import type { Look } from "./look.ts";
import type { DeadlineColumn } from "./memory.ts";
import type { SeenAct } from "./rows.ts";

/** Holds end within so many polls, and what they held is decided with them. */
const POLLS_TO_RELEASE = 3;

/** clock.md §9.9: deadlines fire in time while the service is up, those that are due and those that fired. */
export class Lateness {
  readonly #witness: Witness;
  /** Session → when its next deadline must have fired at the latest, were nothing disturbed. */
  readonly #due = new Map<string, number>();
  /** Session → since when it is held. */
  readonly #held = new Map<string, number>();
  #holdOffSince = 0;
  /** Nothing can be late before: spares a look at all sessions after every commit. */
  #nextLook = 0;

  constructor(witness: Witness) {
    this.#witness = witness;
  }

  /** What polling alone allows, ms. */
  get goalMs(): number {
    return this.#witness.latenessGoalMs;
  }

  /** Takes in a session after a commit. */
  note({ now, seen: { session } }: Pick<Look, "now" | "seen">): void {
    const { id, next_due_at: dueAt, held, parked_at: parkedAt } = session;
    if (dueAt === null) this.#due.delete(id);
    else this.#expect(this.#due, id, Math.max(dueAt, now));
    if (held && parkedAt === null) this.#expect(this.#held, id, this.#held.get(id) ?? now);
    else this.#held.delete(id);
  }

  #expect(times: Map<string, number>, sessionId: string, at: number): void {
    times.set(sessionId, at);
    this.#nextLook = Math.min(this.#nextLook, at + this.goalMs);
  }

  /** An act of the clock that came later than it may; measured from what was seen, not from what it says. */
  judgeAct({ before }: Look, act: SeenAct): readonly Finding[] {
    const { deadline } = act.explanation;
    const column = COLUMN_OF[act.kind];
    if (deadline === undefined || deadline.heldBy !== null || column === undefined) return [];
    const armed = before.armed[column];
    if (act.kind === "breachRecorded") return [];
    const since = armed?.dueAt === deadline.dueAt ? armed.since : deadline.armedAt;
    const late = this.undisturbed(Math.max(deadline.dueAt, since), act.at);
    return when("§9.9", late > this.goalMs, `"${act.kind}" came ${late} ms late`);
  }

  /** Sessions of which something is due for too long, and those that a hold keeps though it ended. */
  judgeWaiting(now: number, holdIsOn: boolean): readonly { finding: Finding; sessionId: string }[] {
    if (holdIsOn) this.#holdOffSince = now;
    if (now <= this.#nextLook) return [];
    const goal = this.goalMs;
    const late = [...this.#due].filter(([, dueAt]) => this.undisturbed(dueAt, now) > goal);
    const kept = [...this.#held].filter(([, since]) => {
      const from = Math.max(since, this.#holdOffSince);
      return !holdIsOn && this.undisturbed(from, now) > goal * POLLS_TO_RELEASE;
    });
    this.#nextLook =
      goal +
      [...this.#due.values(), ...this.#held.values()].reduce(
        (a, b) => Math.min(a, b),
        Number.POSITIVE_INFINITY,
      );
    return [
      ...late.map(([sessionId, dueAt]) => ({
        sessionId,
        finding: { rule: "§9.9", what: `due at ${dueAt}, and not decided at ${now}` },
      })),
      ...kept.map(([sessionId, since]) => ({
        sessionId,
        finding: { rule: "§9.9", what: `held since ${since}, and not released at ${now}` },
      })),
    ];
  }

  /** Ms from one time to another, leaving out all until the end of the last disturbance between. */
  undisturbed(from: number, to: number): number {
    let start = from;
    for (const span of this.#witness.disturbed) {
      const until = span.until ?? Number.POSITIVE_INFINITY;
      if (span.from <= to && until >= from) start = Math.max(start, until);
    }
    return Math.max(0, to - start);
  }
}

const COLUMN_OF: Readonly<Record<string, DeadlineColumn>> = {
  woken: "wake_at",
  warned: "warn_at",
  overdue: "overdue_at",
  assigned: "reassign_at",
  waitingForAgent: "reassign_at",
  exhausted: "reassign_at",
  closed: "close_at",
};
