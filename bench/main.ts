/**
 * `npm run bench`: measures each row of docs/spec/targets.md (the web app's left out), prints tables and
 * leaves all numbers in `bench/results/`.
 *
 *     npm run bench -- [--full] [--only burst,lateness] [--runs 3] [--folder DIR] [--disk DIR]
 *                      [--no-peers] [--write]
 *     npm run bench -- --write FILE...    nothing is measured: tables of results files into README.md
 *
 * Runs go round all benchmarks before the next one begins, and within a benchmark everybody is measured
 * in turn: what disturbs the machine for minutes hits all alike.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { BenchResult } from "./lib/bench-result.ts";
import { benches, type NamedBench } from "./lib/benches.ts";
import { describeMachine } from "./lib/machine.ts";
import { gatherRuns, type Results } from "./lib/results.ts";
import { tables } from "./lib/tables.ts";

const FOLDER = fileURLToPath(new URL("results/", import.meta.url));
const README = fileURLToPath(new URL("README.md", import.meta.url));
const RAM = "/dev/shm";
const FULL_RUNS = 3;
/** What stands around the tables in the README. */
const BEGIN = "<!-- figures: written by npm run bench -- --write -->";
const END = "<!-- end of figures -->";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    runs: { type: "string" },
    folder: { type: "string", default: existsSync(RAM) ? RAM : tmpdir() },
    disk: { type: "string", default: tmpdir() },
    "no-peers": { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});

if (values.write && positionals.length > 0) {
  writeReadme(positionals.map(readResults));
} else {
  const results = await measureAll(chosen(values.only));
  save(results);
  console.log(`\n${tables(results)}`);
  if (values.write) writeReadme([results]);
  if (results.failures.length > 0) process.exitCode = 1;
}

function chosen(only: string): readonly NamedBench[] {
  const names = only.split(",").filter((name) => name !== "");
  const unknown = names.filter((name) => !benches.some((each) => each.name.startsWith(name)));
  if (unknown.length > 0) {
    const known = benches.map(({ name }) => name).join(", ");
    console.error(`There is no benchmark ${unknown.join(", ")}. There are: ${known}.`);
    process.exit(1);
  }
  return benches.filter(
    (each) => names.length === 0 || names.some((name) => each.name.startsWith(name)),
  );
}

async function measureAll(which: readonly NamedBench[]): Promise<Results> {
  const { full } = values;
  const runs = Number(values.runs ?? (full ? FULL_RUNS : 1));
  const date = new Date().toISOString();
  const failures: string[] = [];
  const found = new Map<string, BenchResult[]>(which.map(({ name }) => [name, []]));
  for (let run = 1; run <= runs; run++) {
    for (const each of which) {
      const began = performance.now();
      try {
        found.get(each.name)?.push(await measureOne(each, full));
      } catch (error) {
        // The others are still worth measuring.
        console.error(error);
        failures.push(`${each.name}, run ${run}: ${String(error)}`);
      }
      const seconds = Math.round((performance.now() - began) / 1_000);
      console.error(`${each.name}: run ${run} of ${runs}, ${seconds} s`);
    }
  }
  const gathered = which.flatMap((each) => {
    const measured = gatherRuns(each.name, folderOf(each), found.get(each.name) ?? []);
    return measured ?? [];
  });
  return {
    date,
    full,
    runs,
    ...(await describeMachine(values.folder)),
    benches: gathered,
    failures,
  };
}

async function measureOne(each: NamedBench, full: boolean): Promise<BenchResult> {
  return await each.bench({
    full,
    folder: folderOf(each),
    peers: !values["no-peers"] && (full || each.peersInFullOnly !== true),
    say: (line) => console.error(`  ${line}`),
  });
}

function folderOf({ on }: NamedBench): string {
  return on === "ram" ? values.folder : values.disk;
}

function save(results: Results): void {
  mkdirSync(FOLDER, { recursive: true });
  const name = `${results.date.slice(0, 19).replaceAll(":", "")}${results.full ? "-full" : ""}.json`;
  writeFileSync(join(FOLDER, name), `${JSON.stringify(results, null, 2)}\n`);
  console.error(`All numbers: bench/results/${name}`);
}

function readResults(file: string): Results {
  const path = existsSync(file) ? file : join(FOLDER, file);
  if (!existsSync(path)) {
    const known = existsSync(FOLDER) ? readdirSync(FOLDER).join(", ") : "none";
    throw new Error(`There is no ${file}. In bench/results: ${known}.`);
  }
  return JSON.parse(readFileSync(path, "utf8")) as Results;
}

function writeReadme(several: readonly Results[]): void {
  const text = readFileSync(README, "utf8");
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${README} has no ${BEGIN}`);
  writeFileSync(
    README,
    `${before}${BEGIN}\n\n${several.map(tables).join("\n\n")}\n\n${END}${after}`,
  );
}
