/**
 * How far the members of sockets see. It is read when a socket joins, and again when the log says that
 * it changed; in between every event is judged by it in memory.
 */
import type { MemberIdentity } from "../actions/deps.ts";
import type { Sight } from "../permissions/sees.ts";
import type { Queryable } from "../platform/database.ts";
import { SIGHT_CHANGED } from "../store/account-events.ts";
import { readSights } from "../store/channel-limits.ts";
import type { EventRow } from "../store/event-log.ts";

export interface Onlooker {
  readonly member: MemberIdentity;
  sight: Sight;
  /** The last time that `sight` was asked for: an answer to an earlier one is old. */
  sightAsked: number;
}

/** Until it is known: nothing but what is the member's own. */
export function unknownSight({ id }: MemberIdentity): Pick<Onlooker, "sight" | "sightAsked"> {
  return { sight: { memberId: id, role: "agent", channels: [] }, sightAsked: 0 };
}

let asked = 0;

/** Looks how far they see now. */
export async function lookUpSights(read: Queryable, onlookers: readonly Onlooker[]): Promise<void> {
  if (onlookers.length === 0) return;
  asked += 1;
  const now = asked;
  for (const each of onlookers) each.sightAsked = now;
  const keys = onlookers.map(({ member: { accountId, id } }) => ({ accountId, memberId: id }));
  const sights = await readSights(read, keys);
  for (const each of onlookers) {
    const found = sights.get(each.member.id);
    if (found === undefined || each.sightAsked !== now) continue;
    each.sight = { memberId: found.id, role: found.role, channels: found.channels };
  }
}

/** Ids of the members of whom a batch says that they see other sessions than before. */
export function whoSeesOthers(rows: readonly EventRow[]): ReadonlySet<string | null> {
  return new Set(rows.filter(({ type }) => type === SIGHT_CHANGED).map((row) => row.memberId));
}
