/** Who is idle counts as away, where the business wants it so, until they do something again. */
import { noteActive, readIdleMembers, stillIdle, writeAutoAway } from "../store/activity.ts";
import { lockPresence, type MemberKey, onlineAmong, writeMemberEvents } from "../store/presence.ts";
import { markGone, unmarkGone } from "../store/session-moves.ts";
import type { Deps } from "./deps.ts";
import { wakeLines } from "./presence.ts";

type ActivityDeps = Pick<Deps, "db" | "signals">;

/**
 * A member did something. Written at most once in 30 s; whoever was away because they were idle is
 * available again at once, and keeps what they hold if they are online. A status they chose themself stays.
 */
export async function noteActivity(
  { db, signals }: ActivityDeps,
  { accountId, memberId }: MemberKey,
): Promise<void> {
  const member = { accountId, memberId };
  const back = await db.transaction(async (tx) => {
    if (!(await noteActive(tx, member))) return false;
    writeAutoAway(tx, [member], false);
    const online = await onlineAmong(tx, [member]);
    if (online.has(memberId)) unmarkGone(tx, [member]);
    writeMemberEvents(tx, [member]);
    return true;
  });
  if (back) wakeLines(signals, [member]);
}

const BATCH = 1_000;

/**
 * Makes idle members away, and tells it. Gives how many it looked at; call again while that is not 0.
 */
export async function awayIdleMembers({ db, signals }: ActivityDeps): Promise<number> {
  const idle = await readIdleMembers(db, BATCH);
  if (idle.length === 0) return 0;
  const away = await db.transaction(async (tx) => {
    const online = await lockPresence(tx, idle);
    // Another node may have done it, or they did something meanwhile.
    const members = await stillIdle(tx, idle);
    if (members.length === 0) return [];
    writeAutoAway(tx, members, true);
    const gone = members.filter(({ memberId }) => online.has(memberId));
    markGone(tx, gone, 0);
    writeMemberEvents(tx, members);
    return members;
  });
  wakeLines(signals, away);
  return idle.length;
}
