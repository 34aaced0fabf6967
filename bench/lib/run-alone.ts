import { tmpdir } from "node:os";
import { parseArgs } from "node:util";
import type { Bench } from "./bench-result.ts";

/** Runs one benchmark once from the command line and prints what it measured. */
export async function runAlone(name: string, bench: Bench): Promise<void> {
  const { values } = parseArgs({
    options: {
      full: { type: "boolean", default: false },
      folder: { type: "string", default: tmpdir() },
      "no-peers": { type: "boolean", default: false },
    },
  });
  const { about, figures, notMeasured } = await bench({
    full: values.full,
    folder: values.folder,
    peers: !values["no-peers"],
    say: (line) => console.error(`  ${line}`),
  });
  console.log(name, JSON.stringify(about));
  console.table(figures.map(({ value, ...rest }) => ({ ...rest, value: round(value) })));
  for (const { subject, why } of notMeasured ?? []) console.log(`${subject}: not measured. ${why}`);
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
