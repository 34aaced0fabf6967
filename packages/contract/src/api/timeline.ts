import { z } from "zod";
import { nextCursor, Timestamp } from "./common.ts";

/** One act on a session, with its reason as data (clock.md §7). */
export const TimelineEntry = z
  .object({
    id: z.string(),
    kind: z.string(),
    happenedAt: Timestamp,
    waitNumber: z.int(),
    /** What happened and why, in words. */
    sentence: z.string(),
    /** The reason as data. Times in it are epoch milliseconds, as the numbers have to add up. */
    explanation: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "TimelineEntry" });
export type TimelineEntry = z.infer<typeof TimelineEntry>;

export const TimelinePage = z.object({ entries: z.array(TimelineEntry), nextCursor });
