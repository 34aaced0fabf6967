import type { SessionCounts } from "@punctual/contract";
import type { ChannelName, TeamName } from "../store/read-wall.ts";
import type { SessionTally, ViewTallies } from "../store/session-tallies.ts";
import { timestamp } from "./timestamp.ts";

/** Everything that a member's counts are made of. */
export interface CountedSessions {
  /** Epoch ms. */
  readonly countedAt: number;
  readonly business: ViewTallies;
  /** What the member holds. */
  readonly held: readonly SessionTally[];
  /** What an agent sees besides what they hold and what nobody holds. */
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
  const { member, own, held } = counted;
  const parts = member.seesAll ? partsOfAll(counted.business) : partsOfAgent(counted);
  const onChannel = Map.groupBy(parts, (part) => part.channel);
  const ofTeam = Map.groupBy(parts, (part) => part.team);
  const { open, unassigned, overdue, dueSoon } = sumOf(
    parts.filter((part) => part.channel !== null),
  );
  return {
    countedAt: timestamp(counted.countedAt),
    open,
    mine: held.reduce((sum, tally) => sum + tally.open, 0),
    unassigned,
    overdue,
    dueSoon,
    joined: own.joined,
    unreadOfMine: own.unread,
    channels: counted.channels
      .filter(({ id }) => reaches(member, id))
      .map(({ id, kind, name }) => ({
        ...{ channelId: id, kind, name },
        ...sumOf(onChannel.get(id) ?? []),
      })),
    teams: counted.teams.map(({ id, name }) => ({
      ...{ teamId: id, name },
      ...sumOf(ofTeam.get(id) ?? []),
    })),
  };
}

interface Counts {
  readonly open: number;
  readonly unassigned: number;
  readonly overdue: number;
  readonly dueSoon: number;
}

/** A part of what is seen. Without a channel it counts for its team alone. */
interface Part extends Counts {
  readonly channel: string | null;
  readonly team: string | null;
}

const NONE: Counts = { open: 0, unassigned: 0, overdue: 0, dueSoon: 0 };

function partsOfAll({ channels, teams, standingOut }: ViewTallies): Part[] {
  return [
    ...channels.map(({ id, open }) => ({ ...NONE, channel: id, team: null, open })),
    ...teams.map(({ id, open }) => ({ ...NONE, channel: null, team: id, open })),
    ...standingOut.map((row) => partOf(row, { open: 0, unassigned: row.unassigned })),
  ];
}

function partsOfAgent({ business, held, joined, member }: CountedSessions): Part[] {
  const free = business.standingOut.filter(
    (row) => row.assignee_id === null && reaches(member, row.channel_id),
  );
  const others = [...held, ...joined].map((tally) =>
    partOf(tally, {
      open: tally.open,
      unassigned: tally.assignee_id === null ? tally.open : 0,
    }),
  );
  const ofFree = free.map((row) =>
    partOf(row, { open: row.unassigned, unassigned: row.unassigned }),
  );
  return [...others, ...ofFree];
}

function partOf(
  row: Pick<SessionTally, "channel_id" | "team_id" | "overdue" | "due_soon">,
  counts: Pick<Counts, "open" | "unassigned">,
): Part {
  const { channel_id: channel, team_id: team, overdue, due_soon: dueSoon } = row;
  return { channel, team, overdue, dueSoon, ...counts };
}

type Member = CountedSessions["member"];

function reaches({ seesAll, channels }: Member, channelId: string): boolean {
  return seesAll || channels === null || channels.includes(channelId);
}

function sumOf(parts: readonly Counts[]): Counts {
  const sum = { ...NONE };
  for (const part of parts) {
    sum.open += part.open;
    sum.unassigned += part.unassigned;
    sum.overdue += part.overdue;
    sum.dueSoon += part.dueSoon;
  }
  return sum;
}
