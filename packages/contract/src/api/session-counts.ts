import { z } from "zod";
import { Id, Timestamp } from "./common.ts";

const Count = z.int().min(0);

/** Open sessions of one channel or team that the member sees. */
const CountsOfPart = { open: Count, unassigned: Count, overdue: Count, dueSoon: Count };

/** What the views of an inbox hold, as the member sees it: open sessions, snoozed ones included. */
export const SessionCounts = z
  .object({
    /** When they were counted: up to a few seconds ago. */
    countedAt: Timestamp,
    open: Count.describe("All that you see"),
    mine: Count,
    unassigned: Count,
    overdue: Count,
    dueSoon: Count.describe("The clock warned, and the reply is not overdue yet"),
    joined: Count.describe("That you support or follow"),
    unreadOfMine: Count.describe("Looked for in up to 1,000 of yours"),
    /** Of every channel that the member reaches, by name. */
    channels: z.array(
      z.object({ channelId: Id, kind: z.string(), name: z.string(), ...CountsOfPart }),
    ),
    /** Transferred to a team and not taken elsewhere since, by name; of every team. */
    teams: z.array(z.object({ teamId: Id, name: z.string(), ...CountsOfPart })),
  })
  .meta({ id: "SessionCounts" });
export type SessionCounts = z.infer<typeof SessionCounts>;
