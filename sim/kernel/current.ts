import type { Simulation } from "./simulation.ts";

let running: Simulation | undefined;

/** The simulation that runs in this process. */
export function currentSimulation(): Simulation {
  if (running === undefined) throw new Error("no simulation runs in this process");
  return running;
}

/** One process runs one simulation, whose time and chance all code in it sees. */
export function setCurrentSimulation(simulation: Simulation): void {
  running = simulation;
}
