import type { TimelineEntry } from "@punctual/contract";
import type { TimelineTable } from "../store/schema.ts";
import { timestamp } from "./timestamp.ts";

/** A row → one act on the timeline, with its reason as data. */
export function presentTimelineEntry(row: TimelineTable): TimelineEntry {
  return {
    id: String(row.seq),
    kind: row.kind,
    happenedAt: timestamp(row.at),
    waitNumber: row.wait_number,
    explanation: { ...row.explanation },
  };
}
