/** The figures to reach, as data: `docs/spec/targets.md`, without the rows of the web app. */
export interface Target {
  readonly bench: string;
  /** What the row says. */
  readonly what: string;
  readonly figure: string;
  readonly rule: Rule;
}

export type Rule =
  | { readonly type: "atLeast"; readonly value: number }
  | { readonly type: "atMost"; readonly value: number }
  /** So many times the best of the other subjects, limits and variants left out. */
  | { readonly type: "timesBestPeer"; readonly times: number }
  | { readonly type: "shareOf"; readonly subject: string; readonly share: number }
  | { readonly type: "notMoreAbove"; readonly subject: string; readonly by: number }
  /** The largest of its subjects' figures is at most so many times the least. */
  | { readonly type: "flat"; readonly within: number }
  /** The most memory of ours in any of these benches. */
  | {
      readonly type: "memoryUnderLoad";
      readonly benches: readonly string[];
      readonly value: number;
    };

const ms = (bench: string, figure: string, value: number): Target => ({
  ...{ bench, figure, what: `${bench}: ${figure}`, rule: { type: "atMost", value } },
});

const none = (bench: string, figure: string): Target => ms(bench, figure, 0);

const flat = (figure: string): Target => ({
  ...{ bench: "growth", figure, what: `growth: ${figure}`, rule: { type: "flat", within: 1.3 } },
});

/** Benchmarks of lateness by where the database lies. */
export const RAM_DISK = "lateness on a RAM disk";
export const DISK = "lateness on a disk";

export const targets: readonly Target[] = [
  {
    bench: "burst",
    what: "burst: sessions",
    figure: "sessions",
    rule: { type: "atLeast", value: 35_000 },
  },
  {
    bench: "burst",
    what: "burst: beside the best peer",
    figure: "sessions",
    rule: { type: "timesBestPeer", times: 8 },
  },
  {
    bench: "burst",
    what: "burst: of the limit",
    figure: "sessions",
    rule: { type: "shareOf", subject: "one statement", share: 0.7 },
  },
  ms(RAM_DISK, "p50", 5),
  ms(RAM_DISK, "p99", 25),
  ms(RAM_DISK, "max", 150),
  none(RAM_DISK, "lost"),
  none(RAM_DISK, "fired twice"),
  {
    bench: DISK,
    what: `${DISK}: p99`,
    figure: "p99",
    rule: { type: "notMoreAbove", subject: "fdatasync alone", by: 25 },
  },
  none(DISK, "lost"),
  none(DISK, "fired twice"),
  {
    bench: "inbound",
    what: "inbound: single messages",
    figure: "single messages",
    rule: { type: "atLeast", value: 5_000 },
  },
  {
    bench: "inbound",
    what: "inbound: messages in batches of 20",
    figure: "messages in batches of 20",
    rule: { type: "atLeast", value: 15_000 },
  },
  { ...ms("inbound", "p99", 30), what: "inbound: p99 at 1,000/s" },
  { ...ms("screen", "p99", 120), what: "to the screen: p99" },
  {
    bench: "decide",
    what: "decide: mix of all",
    figure: "mix of all",
    rule: { type: "atLeast", value: 2_000_000 },
  },
  flat("claim of 500"),
  flat("messages"),
  flat("sessions due at once"),
  { ...ms("memory", "idle", 180), what: "memory: idle" },
  {
    bench: "memory",
    what: "memory: under the loads above",
    figure: "idle",
    rule: {
      type: "memoryUnderLoad",
      benches: ["burst", RAM_DISK, DISK, "inbound", "screen"],
      value: 350,
    },
  },
  {
    bench: "start",
    what: "start: first 200",
    figure: "first start",
    rule: { type: "atMost", value: 3 },
  },
];
