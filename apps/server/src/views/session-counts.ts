import type { SessionCounts } from "@punctual/contract";
import type { ChannelName, TeamName } from "../store/read-wall.ts";
import type { SessionTally } from "../store/session-tallies.ts";
import { timestamp } from "./timestamp.ts";

/** Everything that a member's counts are made of. */
export interface CountedSessions {
  /** Epoch ms. */
  readonly countedAt: number;
  /** All open sessions of the business. */
  readonly all: readonly SessionTally[];
  /** What the member sees besides what they hold and what nobody holds; of whoever sees all, nothing. */
  readonly joined: readonly SessionTally[];
  readonly member: {
    readonly id: string;
    readonly seesAll: boolean;
    /** Ids of the channels that they reach; `null`: all. */
    readonly channels: readonly string[] | null;
  };
  readonly own: { readonly joined: number; readonly unread: number };
  readonly channels: readonly ChannelName[];
  readonly teams: readonly TeamName[];
}

/** What the views of an inbox hold, as the member sees it (docs/visibility.md). */
export function presentSessionCounts(counted: CountedSessions): SessionCounts {
  const { member, own } = counted;
  const seen = [...counted.all.filter((tally) => isSeen(tally, member)), ...counted.joined];
  const onChannel = Map.groupBy(seen, (tally) => tally.channel_id);
  const ofTeam = Map.groupBy(seen, (tally) => tally.team_id);
  const { open, unassigned, overdue, dueSoon } = countsOf(seen);
  return {
    countedAt: timestamp(counted.countedAt),
    open,
    mine: countsOf(seen.filter((tally) => tally.assignee_id === member.id)).open,
    unassigned,
    overdue,
    dueSoon,
    joined: own.joined,
    unreadOfMine: own.unread,
    channels: counted.channels
      .filter(({ id }) => reaches(member, id))
      .map(({ id, kind, name }) => ({
        ...{ channelId: id, kind, name },
        ...countsOf(onChannel.get(id) ?? []),
      })),
    teams: counted.teams.map(({ id, name }) => ({
      ...{ teamId: id, name },
      ...countsOf(ofTeam.get(id) ?? []),
    })),
  };
}

type Member = CountedSessions["member"];

function isSeen({ assignee_id, channel_id }: SessionTally, member: Member): boolean {
  if (member.seesAll || assignee_id === member.id) return true;
  return assignee_id === null && reaches(member, channel_id);
}

function reaches({ seesAll, channels }: Member, channelId: string): boolean {
  return seesAll || channels === null || channels.includes(channelId);
}

function countsOf(tallies: readonly SessionTally[]) {
  const counts = { open: 0, unassigned: 0, overdue: 0, dueSoon: 0 };
  for (const tally of tallies) {
    counts.open += tally.open;
    if (tally.assignee_id === null) counts.unassigned += tally.open;
    counts.overdue += tally.overdue;
    counts.dueSoon += tally.due_soon;
  }
  return counts;
}
