/**
 * What every benchmark takes and gives. A file in `bench/` exports one `Bench` and is also a command by
 * itself: it ends with `if (import.meta.main) await runAlone(name, bench)`.
 *
 * One call is one run: it measures ours, the peers and the limits one after the other, each from a fresh
 * state, so that what disturbs the machine hits all alike. `npm run bench` calls it several times and
 * takes medians, and compares figures with `bench/lib/targets.ts`.
 */
export type Bench = (options: BenchOptions) => Promise<BenchResult>;

export interface BenchOptions {
  /** The sizes of targets.md. Otherwise small ones: a run takes seconds. */
  readonly full: boolean;
  /** Where databases lie: a RAM disk (`/dev/shm`) or a disk. */
  readonly folder: string;
  /** Whether peers and limits are measured too. */
  readonly peers: boolean;
  /** Says what is going on, a line at a time. */
  readonly say: (line: string) => void;
}

export interface BenchResult {
  /** Sizes and settings of the run, for the results file. */
  readonly about: Readonly<Record<string, string | number | boolean>>;
  readonly figures: readonly Figure[];
  /** What could not be measured here, as a sentence that says what to do. */
  readonly notMeasured?: readonly { readonly subject: string; readonly why: string }[];
}

/** One measured number. Together `name` and `subject` are unique within a result. */
export interface Figure {
  /** What was measured, e.g. `sessions`, `p99`. A target names it. */
  readonly name: string;
  /** Whose figure it is: `OURS`, a peer's name, or a limit such as `one statement`. */
  readonly subject: string;
  readonly value: number;
  readonly unit: Unit;
  /** Largest resident memory of the process that did the work, in MB (10⁶ bytes). */
  readonly peakMemoryMb?: number;
}

export type Unit = "/s" | "ms" | "MB" | "s" | "count";

export const OURS = "Punctual";
