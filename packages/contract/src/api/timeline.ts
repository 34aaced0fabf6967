import { z } from "zod";
import { isTimeZone } from "../business-hours.ts";
import { nextCursor, PageQuery, Timestamp } from "./common.ts";

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

/** How the sentences are said. */
export const TimelineHeaders = z.object({
  "accept-language": z.string().optional().describe("`vi`: in Vietnamese; else in English"),
});

export const TimelineQuery = PageQuery.extend({
  timeZone: z
    .string()
    .max(100)
    .refine(isTimeZone, "Give the name of a time zone, such as Europe/Berlin.")
    .optional()
    .describe("Whose times the sentences name; left out: UTC, which they then say"),
});

export const TimelinePage = z.object({ entries: z.array(TimelineEntry), nextCursor });
