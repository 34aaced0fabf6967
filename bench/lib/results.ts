import type { BenchResult, Figure } from "./bench-result.ts";
import { median } from "./spread.ts";

/** What a run of `npm run bench` leaves in `bench/results/`. */
export interface Results {
  /** ISO 8601. */
  readonly date: string;
  /** The sizes of targets.md. */
  readonly full: boolean;
  readonly runs: number;
  readonly commit: string;
  /** Something was changed since that commit. */
  readonly dirty: boolean;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly benches: readonly Measured[];
  /** Which runs of which benchmarks ended with an error. */
  readonly failures: readonly string[];
}

/** A benchmark over all runs. */
export interface Measured {
  readonly name: string;
  readonly folder: string;
  readonly about: BenchResult["about"];
  readonly figures: readonly MeasuredFigure[];
  readonly notMeasured: readonly { readonly subject: string; readonly why: string }[];
}

export interface MeasuredFigure extends Omit<Figure, "value" | "peakMemoryMb"> {
  /** Run by run. */
  readonly values: readonly number[];
  readonly peakMemoryMb: readonly number[];
}

/** Puts the runs of one benchmark side by side. */
export function gatherRuns(
  name: string,
  folder: string,
  runs: readonly BenchResult[],
): Measured | null {
  const [first] = runs;
  if (first === undefined) return null;
  const figures = first.figures.map(({ name: figure, subject, unit }) => {
    const same = runs.flatMap((run) =>
      run.figures.filter((each) => each.name === figure && each.subject === subject),
    );
    return {
      name: figure,
      subject,
      unit,
      values: same.map(({ value }) => value),
      peakMemoryMb: same.flatMap(({ peakMemoryMb }) => peakMemoryMb ?? []),
    };
  });
  return { name, folder, about: first.about, figures, notMeasured: first.notMeasured ?? [] };
}

export function medianOf(figure: MeasuredFigure): number {
  return median(figure.values);
}

/** Most that was seen in any run; `undefined`: memory wasn't measured. */
export function peakMemoryOf({ peakMemoryMb }: MeasuredFigure): number | undefined {
  return peakMemoryMb.length === 0 ? undefined : Math.max(...peakMemoryMb);
}
