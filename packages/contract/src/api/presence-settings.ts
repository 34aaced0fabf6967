import { z } from "zod";

export const PresenceSettings = z
  .strictObject({
    whenOffline: z
      .enum(["keep", "reassign"])
      .describe(
        "What becomes of the sessions of a member who is online no more: kept, or those whose customer waits move at once",
      ),
    autoAwayMinutes: z
      .int()
      .min(1)
      .max(1_440)
      .nullable()
      .describe("After so many minutes without activity a member counts as away; null: never"),
  })
  .meta({ id: "PresenceSettings" });
export type PresenceSettings = z.infer<typeof PresenceSettings>;
