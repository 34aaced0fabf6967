import { PunctualError } from "@punctual/contract";
import type { Deps } from "../../apps/server/src/actions/deps.ts";
import { isTransient } from "../../apps/server/src/platform/transient.ts";
import { runOn } from "../kernel/host.ts";
import type { Random } from "../kernel/random.ts";
import type { Simulation } from "../kernel/simulation.ts";
import type { Fleet, RunningNode } from "./fleet.ts";

/** What a request came to: its result, a refusal, or nothing, because its node died or the database did. */
export type Outcome = "done" | PunctualError | "failed";

/** The way in to the business for people: each request comes to some node that is up. */
export class Doors {
  readonly #simulation: Simulation;
  readonly #fleet: Fleet;
  readonly #random: Random;

  constructor(simulation: Simulation, fleet: Fleet) {
    this.#simulation = simulation;
    this.#fleet = fleet;
    this.#random = simulation.random.fork("doors");
  }

  /** A node that is up; `null`: none is. */
  pick(): RunningNode | null {
    const { up } = this.#fleet;
    return up.length === 0 ? null : this.#random.pick(up);
  }

  /** Runs something at a node. */
  at<T>(node: RunningNode, work: () => T): T {
    return runOn(node.host, work);
  }

  /**
   * Calls an action. A refusal is an answer like any other; an error that is neither that nor of the moment
   * is a bug, and ends the run. Nothing is heard of a node that dies meanwhile.
   */
  async call(work: (deps: Deps) => Promise<unknown>): Promise<Outcome> {
    const node = this.pick();
    if (node === null) return "failed";
    try {
      await this.at(node, () => work(node.node.deps));
      return "done";
    } catch (error) {
      if (error instanceof PunctualError) return error;
      if (!isTransient(error)) this.#simulation.fail(error);
      return "failed";
    }
  }
}
