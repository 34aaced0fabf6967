import type { SessionFacts } from "@punctual/session";
import type { LostBy } from "../permissions/sees.ts";

/** Whose sight a decision may take a session out of (docs/visibility.md); `null`: nobody's. */
export function lostSight(before: SessionFacts, after: SessionFacts): LostBy | null {
  const queue = before.assignee === null && after.assignee !== null;
  const still = new Set(readersOf(after));
  const members = readersOf(before).filter((id) => !still.has(id));
  return queue || members.length > 0 ? { members, queue } : null;
}

/** Who holds it, and who held it in the running wait. */
function readersOf({ assignee, wait }: SessionFacts): string[] {
  const holders = wait?.holders ?? [];
  return assignee === null || holders.includes(assignee) ? [...holders] : [assignee, ...holders];
}
