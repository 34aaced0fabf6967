import type { Plan } from "./plan.ts";

let plan: Plan | undefined;

/** The plan of the run in this process; set before any of the server's code is loaded. */
export function currentPlan(): Plan {
  if (plan === undefined) throw new Error("no plan was set");
  return plan;
}

export function setCurrentPlan(drawn: Plan): void {
  plan = drawn;
}
