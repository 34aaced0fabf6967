import { machinePlants } from "./machine-plants.ts";
import type { Plant } from "./plant.ts";
import { serverPlants } from "./server-plants.ts";

/** Every bug that the simulator must find: each rule of clock.md §9 is broken, most in several ways. */
export const plants: readonly Plant[] = [...machinePlants, ...serverPlants].sort((a, b) =>
  a.rule === b.rule ? a.name.localeCompare(b.name) : a.rule.localeCompare(b.rule),
);
