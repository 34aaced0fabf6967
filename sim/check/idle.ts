import { PACE } from "../../apps/server/src/platform/pace.ts";
import { type Finding, when } from "./finding.ts";
import type { WorldState } from "./world.ts";

/** The nodes look for who is idle as often as they repeat their sockets. */
const SOON_MS = 2 * PACE.presenceBeatMs + 60_000;

/** clock.md §8: once all is at rest, nobody who is connected and does nothing still counts as there. */
export function judgeIdle(state: WorldState | undefined, now: number): readonly Finding[] {
  const idle = state?.members.filter((member) => {
    const minutes = state.awayAfter[member.account_id];
    const isThere = member.active && member.status === "available" && member.seen.length > 0;
    if (minutes === undefined || !isThere) return false;
    const latest = (member.active_at ?? 0) + minutes * 60_000 + PACE.offlineAfterMs + SOON_MS;
    return latest < now;
  });
  return (idle ?? []).flatMap(({ id }) => when("§8", true, `${id} is idle and not away`));
}
