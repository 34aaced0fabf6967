import type { Checker, SimViolation } from "../checker.ts";
import type { Simulation } from "../kernel/simulation.ts";

/** Has every commit judged, and keeps what was found. */
export class Judge {
  readonly #simulation: Simulation;
  readonly #checker: Checker;
  readonly violations: SimViolation[] = [];
  steps = 0;

  constructor(simulation: Simulation, checker: Checker) {
    this.#simulation = simulation;
    this.#checker = checker;
  }

  async afterStep(): Promise<void> {
    this.steps += 1;
    this.violations.push(...(await this.#checker.afterStep(this.#simulation.now)));
  }

  async atEnd(): Promise<void> {
    this.violations.push(...(await this.#checker.atEnd(this.#simulation.now)));
  }
}
