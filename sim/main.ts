/**
 * `npm run sim`: runs seeds, two at a time on two cores, and says what they came to. A seed is the whole of
 * a run: the same one on the same code does the same again. Ends with 1 when something happened that must
 * never happen (clock.md §9).
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { z } from "zod";
import { describeFailure, describeSeed, describeTotals } from "./describe-runs.ts";
import { createTemplate } from "./kernel/postgres.ts";
import { removeFolder } from "./kernel/server-folder.ts";
import { describePlant, findPlants } from "./planted/find-plants.ts";
import { plants } from "./planted/plants.ts";
import { runInProcess } from "./run-in-process.ts";
import type { SeedResult } from "./run-seed.ts";

const HELP = `npm run sim -- [options]

  --seed N        the first seed; a random one when left out
  --seeds K       how many (default 20)
  --hours H       virtual hours of each (default: drawn, 1 to 4)
  --year          a busy year instead: twelve seeds of a month each, with slower polling
                  (with --hours H: of so many hours each)
  --nodes N       nodes of each (default: drawn, 1 to 5)
  --jobs J        runs at once (default: the machine's cores)
  --trace         print all that happens, in order
  --planted NAME  put a bug into the server's code first: it must be found
  --all-planted   look for each planted bug, in at most so many seeds (default 20, of half an hour)
`;

/** A planted bug gets so many seeds, of so many hours. */
const PLANT_SEEDS = 20;
const PLANT_HOURS = 0.5;
const MONTHS = 12;

const Options = z.object({
  seed: z.coerce.number().int().min(0).max(0xffff_ffff).optional(),
  seeds: z.coerce.number().int().min(1).optional(),
  hours: z.coerce.number().positive().optional(),
  nodes: z.coerce.number().int().min(1).max(9).optional(),
  jobs: z.coerce.number().int().min(1).default(availableParallelism()),
  year: z.boolean().default(false),
  trace: z.boolean().default(false),
  planted: z.string().optional(),
  "all-planted": z.boolean().default(false),
});
type Options = z.infer<typeof Options>;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string" },
    hours: { type: "string" },
    nodes: { type: "string" },
    jobs: { type: "string" },
    planted: { type: "string" },
    year: { type: "boolean" },
    trace: { type: "boolean" },
    "all-planted": { type: "boolean" },
    help: { type: "boolean" },
  },
});
if (values.help === true) console.log(HELP);
else process.exitCode = await start(Options.parse(values));

async function start(options: Options): Promise<number> {
  const template = await createTemplate();
  // Also when it is stopped in the middle: whoever runs a seed cleans up then, too.
  process.once("exit", () => removeFolder(template));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));
  return options["all-planted"]
    ? await lookForPlants(options, template)
    : await simulate(options, template);
}

async function simulate(options: Options, template: string): Promise<number> {
  const seeds = seedsOf(options);
  console.log(`Seeds ${seeds[0]} to ${seeds.at(-1)}.`);
  const results: SeedResult[] = [];
  const left = [...seeds];
  const worker = async () => {
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
      const result = await runOne(options, template, seed);
      results.push(result);
      if (failed(result)) left.length = 0;
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.jobs, seeds.length) }, worker));
  for (const result of results.filter(failed)) console.log(describeFailure(result, options));
  console.log(describeTotals(results));
  return results.some(failed) ? 1 : 0;
}

/** Each bug that is planted must be found, or the simulator proves nothing. */
async function lookForPlants(options: Options, template: string): Promise<number> {
  const { seeds = PLANT_SEEDS, hours = PLANT_HOURS, nodes, jobs } = options;
  const searches = await findPlants({
    plants,
    seeds,
    jobs,
    run: (seed, planted) =>
      runInProcess({ template, seed, planted, hours, nodes, printTrace: false }),
    onDone: (search) => console.log(describePlant(search)),
  });
  const found = searches.filter((search) => search.found !== null);
  console.log(`${found.length} of ${plants.length} planted bugs found, in at most ${seeds} seeds`);
  return found.length === plants.length ? 0 : 1;
}

/** One seed that was asked for is run alone. */
function seedsOf({ seed, seeds, year }: Options): number[] {
  const first = seed ?? crypto.getRandomValues(new Uint16Array(1))[0] ?? 0;
  const count = seeds ?? (year ? MONTHS : seed === undefined ? 20 : 1);
  return Array.from({ length: count }, (_, index) => first + index);
}

async function runOne(options: Options, template: string, seed: number): Promise<SeedResult> {
  const { hours, nodes, year, planted, trace } = options;
  let told = 0;
  const onProgress = (part: number) => {
    if (!year || part < told + 0.25) return;
    told = part;
    console.log(`seed ${seed}: ${Math.round(part * 100)} % of the month`);
  };
  const request = { template, seed, hours, nodes, year, planted, printTrace: trace };
  const result = await runInProcess(request, onProgress);
  console.log(describeSeed(result));
  return result;
}

function failed(result: SeedResult): boolean {
  return result.error !== null || result.violations.length > 0;
}
