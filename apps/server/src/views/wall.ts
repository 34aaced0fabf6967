import type { Wall } from "@punctual/contract";
import type { ChannelName, WallMember } from "../store/read-wall.ts";
import type { LongestWait, SessionTally } from "../store/session-tallies.ts";
import { timestamp } from "./timestamp.ts";

/** Everything that a wall is made of. Times are epoch ms. */
export interface WallFacts {
  readonly countedAt: number;
  readonly tallies: readonly SessionTally[];
  readonly longestWait: LongestWait | null;
  readonly today: {
    readonly from: number;
    readonly timeZone: string;
    readonly answered: number;
    readonly withinLimit: number;
  };
  readonly members: readonly WallMember[];
  readonly channels: readonly ChannelName[];
}

export function presentWall(facts: WallFacts): Wall {
  const { longest_wait_since: _, next_reply_due_at: __, ...all } = sumOf(facts.tallies);
  return {
    countedAt: timestamp(facts.countedAt),
    open: all.open,
    waiting: all.waiting,
    unassigned: all.unassigned,
    dueSoon: all.due_soon,
    overdue: all.overdue,
    longestWait: presentLongestWait(facts.longestWait),
    today: presentToday(facts.today),
    members: presentMembers(facts),
    channels: presentChannels(facts),
  };
}

function presentLongestWait(longest: LongestWait | null): Wall["longestWait"] {
  if (longest === null) return null;
  return {
    sessionId: longest.id,
    contactName: longest.contact_name,
    assigneeId: longest.assignee_id,
    channelId: longest.channel_id,
    since: timestamp(longest.wait_started_at),
  };
}

function presentToday({ from, timeZone, answered, withinLimit }: WallFacts["today"]) {
  const withinLimitShare = answered === 0 ? null : withinLimit / answered;
  return { from: timestamp(from), timeZone, answered, withinLimit, withinLimitShare };
}

function presentMembers({ members, tallies }: WallFacts): Wall["members"] {
  const held = Map.groupBy(tallies, (tally) => tally.assignee_id);
  return members.map((member) => {
    const sum = sumOf(held.get(member.id) ?? []);
    return {
      memberId: member.id,
      name: member.name,
      role: member.role,
      status: member.status,
      autoAway: member.auto_away,
      online: member.online,
      holding: sum.active,
      capacity: member.capacity,
      waiting: sum.waiting,
      dueSoon: sum.due_soon,
      overdue: sum.overdue,
      nextReplyDueAt: timestamp(sum.next_reply_due_at),
      longestWaitSince: timestamp(sum.longest_wait_since),
    };
  });
}

function presentChannels({ channels, tallies }: WallFacts): Wall["channels"] {
  const on = Map.groupBy(tallies, (tally) => tally.channel_id);
  return channels.map(({ id, kind, name }) => {
    const sum = sumOf(on.get(id) ?? []);
    return {
      channelId: id,
      kind,
      name,
      open: sum.open,
      waiting: sum.waiting,
      unassigned: sum.unassigned,
      dueSoon: sum.due_soon,
      overdue: sum.overdue,
      longestWaitSince: timestamp(sum.longest_wait_since),
    };
  });
}

/** `unassigned`: of those that wait, nobody's. */
function sumOf(tallies: readonly SessionTally[]) {
  const sum = { open: 0, active: 0, waiting: 0, unassigned: 0, due_soon: 0, overdue: 0 };
  let longest_wait_since: number | null = null;
  let next_reply_due_at: number | null = null;
  for (const tally of tallies) {
    sum.open += tally.open;
    sum.active += tally.active;
    sum.waiting += tally.waiting;
    if (tally.assignee_id === null) sum.unassigned += tally.waiting;
    sum.due_soon += tally.due_soon;
    sum.overdue += tally.overdue;
    longest_wait_since = earlier(longest_wait_since, tally.longest_wait_since);
    next_reply_due_at = earlier(next_reply_due_at, tally.next_reply_due_at);
  }
  return { ...sum, longest_wait_since, next_reply_due_at };
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
