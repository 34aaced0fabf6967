import type { Command } from "commander";

/** What a command found or did, for programs and for people. */
export interface Answer {
  readonly data: unknown;
  readonly text: string;
}

/** Adds `--json` and the work: its answer is printed in the form that was asked for. */
export function answerWith<Options extends object>(
  command: Command,
  work: (options: Options, args: readonly string[]) => Promise<Answer>,
): Command {
  return command.option("--json", "print JSON for programs").action(async (...given: unknown[]) => {
    const { json, ...options } = command.opts<Options & { json?: boolean }>();
    const args = given
      .slice(0, -2)
      .flat()
      .filter((arg) => typeof arg === "string");
    const { data, text } = await work(options as unknown as Options, args);
    console.log(json === true ? JSON.stringify(data, null, 2) : text);
  });
}

/** Rows as aligned columns under their titles; a sentence when there is none. */
export function textTable(
  titles: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
  whenEmpty: string,
): string {
  if (rows.length === 0) return whenEmpty;
  const cells = [titles, ...rows.map((row) => row.map((cell) => String(cell ?? "–")))];
  const widths = titles.map((_, column) =>
    Math.max(...cells.map((row) => (row[column] ?? "").length)),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
