import { OURS, type Unit } from "./bench-result.ts";
import { type Measured, type MeasuredFigure, peakMemoryOf } from "./results.ts";
import { median } from "./spread.ts";
import type { Rule, Target } from "./targets.ts";

/** What a target asks, what was measured, and whether that is enough. */
export interface Verdict {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  /** `null`: it could not be measured. */
  readonly reached: boolean | null;
}

/**
 * Compares what was measured with a target. Ratios are taken within each run, where all sides shared the
 * machine's mood; then the median of the runs counts.
 */
export function judge(target: Target, benches: readonly Measured[]): Verdict {
  const { rule, what } = target;
  const asked = asks(rule, unitOf(target, benches));
  const values = valuesOf(target, benches);
  if (values === null) return { what, target: asked, measured: "not measured", reached: null };
  const value = median(values);
  const measured = shows(rule, value, unitOf(target, benches));
  return { what, target: asked, measured, reached: isEnough(rule, value) };
}

/** Run by run, what the rule looks at; `null`: a side of it is missing. */
function valuesOf({ bench: name, figure, rule }: Target, benches: readonly Measured[]) {
  if (rule.type === "memoryUnderLoad") return memoryOf(benches, rule.benches);
  const bench = benches.find((each) => each.name === name);
  const same = bench?.figures.filter((each) => each.name === figure) ?? [];
  if (rule.type === "flat") return same.length < 2 ? null : ratiosOf(same);
  const ours = same.find(({ subject }) => subject === OURS)?.values;
  if (ours === undefined) return null;
  switch (rule.type) {
    case "atLeast":
    case "atMost":
      return ours;
    case "timesBestPeer": {
      const peers = same.filter(({ subject }) => PEERS.includes(subject));
      if (peers.length === 0) return null;
      return ours.map((value, run) => value / Math.max(...peers.map((peer) => at(peer, run))));
    }
    case "shareOf":
    case "notMoreAbove": {
      const other = same.find(({ subject }) => subject === rule.subject);
      if (other === undefined) return null;
      const isShare = rule.type === "shareOf";
      return ours.map((value, run) => (isShare ? value / at(other, run) : value - at(other, run)));
    }
  }
}

/** Peers as targets.md has them: one job a session, a transaction a job. */
const PEERS = ["BullMQ", "pg-boss", "graphile-worker"];

function at({ values }: MeasuredFigure, run: number): number {
  return values[run] ?? Number.NaN;
}

function ratiosOf(figures: readonly MeasuredFigure[]): number[] {
  const [first] = figures;
  return (first?.values ?? []).map((_, run) => {
    const side = figures.map((figure) => at(figure, run));
    return Math.max(...side) / Math.min(...side);
  });
}

function memoryOf(benches: readonly Measured[], names: readonly string[]): number[] | null {
  const peaks = benches
    .filter(({ name }) => names.includes(name))
    .flatMap(({ figures }) => figures.filter(({ subject }) => subject === OURS))
    .flatMap((figure) => peakMemoryOf(figure) ?? []);
  return peaks.length === 0 ? null : [Math.max(...peaks)];
}

function isEnough(rule: Rule, value: number): boolean {
  switch (rule.type) {
    case "atLeast":
      return value >= rule.value;
    case "atMost":
    case "memoryUnderLoad":
      return value <= rule.value;
    case "timesBestPeer":
      return value >= rule.times;
    case "shareOf":
      return value >= rule.share;
    case "notMoreAbove":
      return value <= rule.by;
    case "flat":
      return value <= rule.within;
  }
}

function asks(rule: Rule, unit: Unit): string {
  switch (rule.type) {
    case "atLeast":
      return `≥ ${amount(rule.value, unit)}`;
    case "atMost":
    case "memoryUnderLoad":
      return rule.value === 0 ? "none" : `≤ ${amount(rule.value, unit)}`;
    case "timesBestPeer":
      return `≥ ${rule.times} ×`;
    case "shareOf":
      return `≥ ${rule.share * 100} %`;
    case "notMoreAbove":
      return `≤ ${rule.subject} + ${rule.by} ms`;
    case "flat":
      return `≤ ${rule.within} ×`;
  }
}

function shows(rule: Rule, value: number, unit: Unit): string {
  switch (rule.type) {
    case "atLeast":
    case "atMost":
    case "memoryUnderLoad":
      return amount(value, unit);
    case "timesBestPeer":
    case "flat":
      return `${value.toFixed(2)} ×`;
    case "shareOf":
      return `${Math.round(value * 100)} %`;
    case "notMoreAbove":
      return `${rule.subject} ${value < 0 ? "−" : "+"} ${amount(Math.abs(value), "ms")}`;
  }
}

function unitOf({ bench: name, figure, rule }: Target, benches: readonly Measured[]): Unit {
  if (rule.type === "memoryUnderLoad") return "MB";
  const bench = benches.find((each) => each.name === name);
  return bench?.figures.find((each) => each.name === figure)?.unit ?? "count";
}

/** A number as tables show it: three figures, and more only where they are whole. */
export function amount(value: number, unit: Unit): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const rounded = Math.abs(value) >= 1_000 ? Number(value.toPrecision(3)) : value;
  const text = rounded.toLocaleString("en", { maximumFractionDigits: digits });
  return unit === "count" ? text : unit === "/s" ? `${text}/s` : `${text} ${unit}`;
}
