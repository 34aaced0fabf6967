import type { PlaceInLine, QueueEntry } from "@punctual/contract";
import { expectedWaitMs, type LinePace } from "@punctual/session";
import type { QueueRow } from "../store/read-queue.ts";
import { timestamp } from "./timestamp.ts";

export function presentQueueEntry(row: QueueRow, pace: LinePace): QueueEntry {
  return {
    ...presentPlace(row, pace),
    sessionId: row.id,
    channelId: row.channel_id,
    contactId: row.contact_id,
    teamId: row.team_id,
    assigneeId: row.assignee_id,
  };
}

export function presentPlace(
  row: Pick<QueueRow, "position" | "wait_started_at">,
  pace: LinePace,
): NonNullable<PlaceInLine["place"]> {
  return {
    position: row.position,
    waitingSinceAt: timestamp(row.wait_started_at),
    expectedWaitMs: expectedWaitMs(row.position, pace),
  };
}
