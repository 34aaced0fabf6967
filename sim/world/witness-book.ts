import type { Acknowledged, Disturbance, ReceivedSend, Witness } from "../witness.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What the world writes down as it happens. */
export class WitnessBook implements Witness {
  readonly acknowledged: Acknowledged[] = [];
  readonly sends: Mutable<ReceivedSend>[] = [];
  readonly disturbed: Mutable<Disturbance>[] = [];
  readonly latenessGoalMs: number;
  readonly windowMs: number;
  readonly #running = new Map<string, Mutable<Disturbance>>();

  constructor(run: Pick<Witness, "latenessGoalMs" | "windowMs">) {
    this.latenessGoalMs = run.latenessGoalMs;
    this.windowMs = run.windowMs;
  }

  /** From now on deadlines can't be met, for a reason. */
  disturb(reason: string, now: number): void {
    if (this.#running.has(reason)) return;
    const span = { from: now, until: null };
    this.disturbed.push(span);
    this.#running.set(reason, span);
  }

  /** The reason is gone, and what it left behind too by `until`. */
  calm(reason: string, until: number): void {
    const span = this.#running.get(reason);
    if (span === undefined) return;
    span.until = until;
    this.#running.delete(reason);
  }
}
