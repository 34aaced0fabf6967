/** One line of what `/metrics` says. */
export interface MetricLine {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads Prometheus' text format, as far as our server writes it. */
export function parseMetrics(text: string): readonly MetricLine[] {
  return text.split("\n").flatMap((line) => {
    const [, name, labels = "", value] = LINE.exec(line) ?? [];
    if (name === undefined) return [];
    return { name, labels: Object.fromEntries(labelsOf(labels)), value: Number(value) };
  });
}

const LINE = /^([a-z_0-9]+)(?:\{(.*)\})? (\S+)$/;

function labelsOf(text: string): readonly (readonly [string, string])[] {
  return [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]);
}

/** The sum of all lines of this name whose labels fit; 0 when there are none. */
export function sumOf(
  lines: readonly MetricLine[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const wanted = Object.entries(labels);
  return lines
    .filter((line) => line.name === name && wanted.every(([key, v]) => line.labels[key] === v))
    .reduce((sum, { value }) => sum + value, 0);
}
