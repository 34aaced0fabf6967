import { z } from "zod";
import { Id, MemberStatus, Role, Timestamp } from "./common.ts";

const Count = z.int().min(0);

/** What a supervisor's wall shows, of the whole business. */
export const Wall = z
  .object({
    /** When it was worked out: up to a few seconds ago. */
    countedAt: Timestamp,
    open: Count,
    /** Sessions whose customer is owed a reply. */
    waiting: Count,
    unassigned: Count.describe("Of those that wait, nobody's"),
    dueSoon: Count,
    overdue: Count,
    /** Who waits longest; `null`: nobody waits. */
    longestWait: z
      .object({
        sessionId: Id,
        contactName: z.string().nullable(),
        assigneeId: Id.nullable(),
        channelId: Id,
        since: Timestamp,
      })
      .nullable(),
    today: z.object({
      /** Midnight in the zone of the business's hours; UTC without any. */
      from: Timestamp,
      timeZone: z.string(),
      answered: Count.describe("Waits that a reply ended today"),
      withinLimit: Count.describe("Of these, the ones that were never overdue"),
      /** `withinLimit` of `answered`, from 0 to 1; `null`: none was answered yet. */
      withinLimitShare: z.number().min(0).max(1).nullable(),
    }),
    /** Active members, by name. */
    members: z.array(
      z.object({
        memberId: Id,
        name: z.string(),
        role: Role,
        status: MemberStatus,
        autoAway: z.boolean(),
        online: z.boolean(),
        holding: Count.describe("Open sessions that count against the capacity: not snoozed"),
        capacity: z.int().nullable(),
        waiting: Count,
        dueSoon: Count,
        overdue: Count,
        /** The nearest reply deadline ahead. */
        nextReplyDueAt: Timestamp.nullable(),
        longestWaitSince: Timestamp.nullable(),
      }),
    ),
    /** By name. */
    channels: z.array(
      z.object({
        channelId: Id,
        kind: z.string(),
        name: z.string(),
        open: Count,
        waiting: Count,
        unassigned: Count,
        dueSoon: Count,
        overdue: Count,
        longestWaitSince: Timestamp.nullable(),
      }),
    ),
  })
  .meta({ id: "Wall" });
export type Wall = z.infer<typeof Wall>;
