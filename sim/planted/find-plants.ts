import type { SeedResult } from "../run-seed.ts";
import type { Plant } from "./plant.ts";

/** What became of one plant. */
export interface PlantSearch {
  readonly plant: Plant;
  /** Seeds that were run. */
  readonly seeds: number;
  /** The first violation; `null`: not found. */
  readonly found: { readonly rule: string; readonly what: string } | null;
  /** Runs that ended without a verdict. */
  readonly errors: readonly string[];
}

export interface PlantSearchOptions {
  readonly plants: readonly Plant[];
  /** Seeds that each plant gets at most, from 1. */
  readonly seeds: number;
  /** Plants that are looked for at once. */
  readonly jobs: number;
  readonly run: (seed: number, planted: string) => Promise<SeedResult>;
  readonly onDone: (search: PlantSearch) => void;
}

/** Runs one seed after another with each plant until the checker finds it, or the bound is reached. */
export async function findPlants(options: PlantSearchOptions): Promise<readonly PlantSearch[]> {
  const left = [...options.plants];
  const searches: PlantSearch[] = [];
  const worker = async () => {
    for (let plant = left.shift(); plant !== undefined; plant = left.shift()) {
      const search = await findPlant(options, plant);
      searches.push(search);
      options.onDone(search);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, worker));
  return options.plants.flatMap((plant) => searches.find((each) => each.plant === plant) ?? []);
}

async function findPlant({ seeds, run }: PlantSearchOptions, plant: Plant): Promise<PlantSearch> {
  const errors: string[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const { violations, error } = await run(seed, plant.name);
    const [found] = violations;
    if (found !== undefined) return { plant, seeds: seed, found, errors };
    if (error !== null) errors.push(error);
  }
  return { plant, seeds, found: null, errors };
}

/** One plant in a line. */
export function describePlant({ plant, seeds, found, errors }: PlantSearch): string {
  const runs = `${seeds} ${seeds === 1 ? "seed" : "seeds"}`;
  const failed = errors.length === 0 ? "" : ` (${errors.length} runs failed: ${errors[0]})`;
  const verdict = found === null ? "NOT FOUND" : `found by ${found.rule}: ${found.what}`;
  return [plant.rule, plant.name.padEnd(32), runs.padStart(8), ` ${verdict}${failed}`].join(" ");
}
