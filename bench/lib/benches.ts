import { burst } from "../burst.ts";
import { decisions } from "../decide.ts";
import { growth } from "../growth.ts";
import { inbound } from "../inbound.ts";
import { lateness } from "../lateness.ts";
import { memory } from "../memory.ts";
import { screen } from "../screen.ts";
import { start } from "../start.ts";
import type { Bench } from "./bench-result.ts";
import { DISK, RAM_DISK } from "./targets.ts";

export interface NamedBench {
  /** What `targets.ts` calls it. */
  readonly name: string;
  readonly bench: Bench;
  readonly on: "ram" | "disk";
  /** With small sizes, peers are left out here: they were measured on the RAM disk. */
  readonly peersInFullOnly?: true;
}

/** In the order in which they run. */
export const benches: readonly NamedBench[] = [
  { name: "decide", bench: decisions, on: "ram" },
  { name: "memory", bench: memory, on: "ram" },
  { name: "start", bench: start, on: "ram" },
  { name: "burst", bench: burst, on: "ram" },
  { name: RAM_DISK, bench: lateness, on: "ram" },
  { name: DISK, bench: lateness, on: "disk", peersInFullOnly: true },
  { name: "inbound", bench: inbound, on: "ram" },
  { name: "screen", bench: screen, on: "ram" },
  { name: "growth", bench: growth, on: "ram" },
];
