import { OURS, type Unit } from "./bench-result.ts";
import { amount, judge, type Verdict } from "./judge.ts";
import {
  type Measured,
  type MeasuredFigure,
  medianOf,
  peakMemoryOf,
  type Results,
} from "./results.ts";
import { targets } from "./targets.ts";

/** All that was measured, as Markdown: the machine, each target, then each benchmark. */
export function tables(results: Results): string {
  const { benches } = results;
  const measured = targets.filter(({ bench }) => benches.some(({ name }) => name === bench));
  return [
    describe(results),
    table(
      ["what", "measured", "target", "reached"],
      measured.map((target) => row(judge(target, benches))),
    ),
    ...results.failures.map((failure) => `Failed: ${failure}`),
    ...benches.map(benchTable),
  ].join("\n\n");
}

function describe({ machine, versions, date, commit, dirty, runs, full }: Results): string {
  const list = (values: object) =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${value}`)
      .join(", ");
  const sizes = full ? "the sizes of targets.md" : "small sizes";
  const when = `${date.slice(0, 10)}, commit ${commit.slice(0, 7)}${dirty ? " with changes" : ""}`;
  const times = runs === 1 ? "one run" : `medians of ${runs} runs`;
  return `Machine: ${list(machine)}.\nVersions: ${list(versions)}.\n${when}, ${sizes}, ${times}.`;
}

function row({ what, measured, target, reached }: Verdict): string[] {
  return [what, measured, target, reached === null ? "–" : reached ? "yes" : "**no**"];
}

function benchTable({ name, about, figures, notMeasured }: Measured): string {
  const sizes = Object.entries(about).map(([of, value]) => `${of} ${value}`);
  const rows = figures.map((figure) => [
    figure.name,
    figure.subject,
    amount(medianOf(figure), figure.unit),
    ratio(figure, figures),
    figure.values.length === 1 ? "" : range(figure.values, figure.unit),
    memory(figure),
  ]);
  return [
    `### ${name}`,
    ...(sizes.length === 0 ? [] : [`${sizes.join(", ")}.`]),
    table(["figure", "whose", "measured", "ours : theirs", "all runs", "peak memory"], rows),
    ...notMeasured.map(({ subject, why }) => `${subject}: not measured. ${why}`),
  ].join("\n\n");
}

/** How ours compares, in medians; left out where one side is next to nothing. */
function ratio(figure: MeasuredFigure, figures: readonly MeasuredFigure[]): string {
  const ours = figures.find(({ name, subject }) => name === figure.name && subject === OURS);
  if (ours === undefined || figure.subject === OURS) return "";
  const value = medianOf(ours) / medianOf(figure);
  return value > 0.001 && value < 1_000 ? `${amount(value, "count")} ×` : "";
}

function range(values: readonly number[], unit: Unit): string {
  return `${amount(Math.min(...values), "count")} – ${amount(Math.max(...values), unit)}`;
}

function memory(figure: MeasuredFigure): string {
  const peak = peakMemoryOf(figure);
  return peak === undefined ? "" : amount(peak, "MB");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
