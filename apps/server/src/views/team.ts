import type { Team } from "@punctual/contract";
import type { TeamRow } from "../store/teams.ts";
import { timestamp } from "./timestamp.ts";

export function presentTeam(row: TeamRow): Team {
  return {
    id: row.id,
    name: row.name,
    memberIds: [...row.member_ids],
    channelIds: row.channel_ids === null ? null : [...row.channel_ids],
    createdAt: timestamp(row.created_at),
  };
}
