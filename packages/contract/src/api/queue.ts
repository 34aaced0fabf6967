import { z } from "zod";
import { Id, nextCursor, PageQuery, Timestamp } from "./common.ts";

const expectedWaitMs = z
  .int()
  .nullable()
  .describe("Probably still to wait, in ms; null: the line hardly moved of late");

export const QueueEntry = z
  .object({
    /** From 1, in its own line: who waits longest is offered a place first. */
    position: z.int(),
    /** The team it was transferred to, in whose line it is; null: the line of all. */
    teamId: Id.nullable(),
    sessionId: Id,
    channelId: Id,
    contactId: Id,
    /** When the customer's wait began. */
    waitingSinceAt: Timestamp,
    /** Who keeps it until another agent is eligible; null: it is unassigned. */
    assigneeId: Id.nullable(),
    expectedWaitMs,
  })
  .meta({ id: "QueueEntry" });
export type QueueEntry = z.infer<typeof QueueEntry>;

export const QueueQuery = PageQuery;

export const QueuePage = z.object({
  /** How many sessions are in all lines, up to 10,000. */
  length: z.int(),
  entries: z.array(QueueEntry),
  nextCursor,
});

/** A session's own place, for those who show it to the customer; `null`: it is not in line. */
export const PlaceInLine = z.object({
  place: z.object({ position: z.int(), waitingSinceAt: Timestamp, expectedWaitMs }).nullable(),
});
export type PlaceInLine = z.infer<typeof PlaceInLine>;
