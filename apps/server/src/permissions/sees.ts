/**
 * Which sessions an agent sees (docs/visibility.md), for live events. Lists and routes ask PostgreSQL by
 * the same rule: `store/visibility.ts`; a test holds the two together. Pure.
 */

/** Who looks, and how far. */
export interface Sight {
  readonly memberId: string;
  readonly role: "agent" | "supervisor" | "admin";
  /** Ids of the channels that they reach; `null`: all. */
  readonly channels: readonly string[] | null;
}

/** What of a session decides who sees it. */
export interface Visibility {
  readonly channelId: string;
  readonly assigneeId: string | null;
  /** Supporters and followers, and who held it in the running wait. */
  readonly readerIds: readonly string[];
}

/** Whose sight something may have taken a session out of. */
export interface LostBy {
  readonly members: readonly string[];
  /** It was unassigned until then: everybody who reaches its channel. */
  readonly queue: boolean;
}

export function sees({ memberId, role, channels }: Sight, session: Visibility): boolean {
  if (role !== "agent") return true;
  const { assigneeId, readerIds, channelId } = session;
  if (assigneeId === memberId || readerIds.includes(memberId)) return true;
  return assigneeId === null && reaches(channels, channelId);
}

/** Whether one who doesn't see the session any more may have seen it until then. */
export function mayHaveSeen(
  { memberId, channels }: Sight,
  session: Visibility,
  lostBy: LostBy,
): boolean {
  if (lostBy.members.includes(memberId)) return true;
  return lostBy.queue && reaches(channels, session.channelId);
}

function reaches(channels: Sight["channels"], channelId: string): boolean {
  return channels === null || channels.includes(channelId);
}
