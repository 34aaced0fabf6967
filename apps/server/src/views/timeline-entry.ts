import type { TimelineEntry } from "@punctual/contract";
import { sentenceOf } from "@punctual/session";
import type { TimelineTable } from "../store/schema.ts";
import { timestamp } from "./timestamp.ts";

/**
 * A row → one act on the timeline, with its reason as data and in words.
 * @param memberNames names by member id.
 */
export function presentTimelineEntry(
  row: TimelineTable,
  memberNames: ReadonlyMap<string, string>,
): TimelineEntry {
  const { kind, at, wait_number: wait, ordinal, explanation } = row;
  const sentence = sentenceOf(
    { type: "act", kind, at, wait, ordinal, explanation },
    { member: (id) => memberNames.get(id) ?? "a former member", time: exactTime },
  );
  return {
    id: String(row.seq),
    kind,
    happenedAt: timestamp(at),
    waitNumber: wait,
    sentence,
    explanation: { ...explanation },
  };
}

/** Readers of the API are in many time zones, so the sentence names its own. */
function exactTime(at: number): string {
  return timestamp(at).replace("T", " ").replace("Z", " UTC");
}
