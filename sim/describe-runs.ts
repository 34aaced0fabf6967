import type { SeedResult } from "./run-seed.ts";

const HOUR_MS = 3_600_000;

/** A run in one line. */
export function describeSeed(result: SeedResult): string {
  const { seed, counts, virtualMs, realMs, violations, error } = result;
  const verdict = error !== null ? "FAILED" : violations.length > 0 ? "VIOLATION" : "ok";
  const { sessions = 0, commits = 0, kills = 0, databaseAway = 0 } = counts;
  return [
    `seed ${seed}: ${verdict}`,
    `${hours(virtualMs)} h`,
    `${sessions} sessions`,
    `${commits} commits`,
    `${kills} kills`,
    `database away ${databaseAway}×`,
    `${(realMs / 1_000).toFixed(1)} s`,
  ].join(", ");
}

export interface Wishes {
  readonly hours?: number | undefined;
  readonly nodes?: number | undefined;
  readonly year: boolean;
  readonly planted?: string | undefined;
}

/** What went wrong, what came before it, and how to see it again. */
export function describeFailure(result: SeedResult, wishes: Wishes): string {
  const { seed, violations, error, virtualMs, lastLines } = result;
  const again = [
    `npm run sim -- --seed ${seed}`,
    wishes.hours === undefined ? "" : `--hours ${wishes.hours}`,
    wishes.nodes === undefined ? "" : `--nodes ${wishes.nodes}`,
    wishes.year ? "--year" : "",
    wishes.planted === undefined ? "" : `--planted ${wishes.planted}`,
    "--trace",
  ];
  return [
    "",
    `Seed ${seed}, ${hours(virtualMs)} virtual hours after its start. The last that happened:`,
    ...lastLines.map((line) => `  ${line}`),
    ...violations.map(({ rule, what, sessionId }) => `${rule}: ${what} (session ${sessionId})`),
    ...(error === null ? [] : [error]),
    `Again: ${again.filter((part) => part !== "").join(" ")}`,
  ].join("\n");
}

/** All runs together. */
export function describeTotals(results: readonly SeedResult[]): string {
  const totals = new Map<string, number>();
  for (const { counts } of results) {
    for (const [name, count] of Object.entries(counts)) {
      totals.set(name, (totals.get(name) ?? 0) + count);
    }
  }
  const virtualMs = results.reduce((sum, result) => sum + result.virtualMs, 0);
  const violations = results.reduce((sum, result) => sum + result.violations.length, 0);
  const lines: [string, string | number][] = [
    ["seeds", results.length],
    ["virtual days", (virtualMs / HOUR_MS / 24).toFixed(1)],
    ...[...totals].map(([name, count]): [string, number] => [words(name), count]),
    ["violations", violations],
  ];
  return ["", ...lines.map(([name, count]) => `${name.padEnd(22)} ${count}`)].join("\n");
}

function hours(ms: number): string {
  return (ms / HOUR_MS).toFixed(1);
}

/** `databaseAway` → `database away`. */
function words(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
