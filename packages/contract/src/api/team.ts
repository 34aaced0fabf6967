import { z } from "zod";
import { ChannelLimit } from "./channel.ts";
import { eachOnce, Id, Timestamp } from "./common.ts";

/** Most teams of a business. */
export const MAX_TEAMS = 200;
/** Most members of a team. */
export const MAX_TEAM_MEMBERS = 1_000;

export const Team = z
  .object({
    id: Id,
    name: z.string(),
    memberIds: z.array(Id).describe("In the order in which rules give them their turns"),
    channelIds: ChannelLimit.describe(
      "Channels whose sessions its agents may get and see; null: the team sets no limit",
    ),
    createdAt: Timestamp,
  })
  .meta({ id: "Team" });
export type Team = z.infer<typeof Team>;

export const Teams = z.object({ teams: z.array(Team) });
export const TeamParams = z.object({ teamId: Id });
export const TeamMemberParams = z.object({ teamId: Id, memberId: Id });

const TeamName = z.string().trim().min(1).max(100);
const MemberIds = z
  .array(Id)
  .max(MAX_TEAM_MEMBERS)
  .refine(eachOnce, "Name each member once.")
  .describe("In the order of their turns");

export const CreateTeamBody = z.strictObject({
  name: TeamName,
  memberIds: MemberIds.default([]),
});
export const RenameTeamBody = z.strictObject({ name: TeamName });
export const TeamMembersBody = z.strictObject({ memberIds: MemberIds });
