import {
  claimSessionsOfGone,
  type LoadedSession,
  readSessionsOfGone,
} from "../store/load-sessions.ts";
import { holdIsOn } from "../store/nodes.ts";
import { unmarkMoved } from "../store/session-moves.ts";
import { accountsOf, commitDecisions, type Deciding } from "./commit-decisions.ts";
import type { Deps } from "./deps.ts";
import { commitOrSplit } from "./split-batch.ts";

const BATCH = 200;
/** How many are looked at in one go; what is left keeps its mark, and is looked at in the next. */
const LIMIT = 10_000;

/**
 * Moves the sessions whose customers wait away from members who went offline, the longest wait first
 * (clock.md §8). What nobody is eligible for stays, and is tried again when the line moves.
 * While reassignments are held after an outage (§6), nothing moves. Gives how many were moved.
 */
export async function moveSessionsOfGone(deps: Deps, accountId: string): Promise<number> {
  if (await holdIsOn(deps.db)) return 0;
  const keys = await readSessionsOfGone(deps.db, accountId, LIMIT);
  let moved = 0;
  for (let start = 0; start < keys.length; start += BATCH) {
    const page = await commitOrSplit(deps, keys.slice(start, start + BATCH), (part) =>
      commitDecisions(deps, (tx) => claimSessionsOfGone(tx, part), accountsOf, moveEach),
    );
    moved += page.length;
  }
  await deps.db.transaction(async (tx) => unmarkMoved(tx, accountId));
  return moved;
}

function moveEach(
  { batch }: Deciding,
  sessions: readonly LoadedSession[],
): readonly LoadedSession[] {
  const startOf = ({ facts }: LoadedSession) => facts.wait?.startedAt ?? 0;
  return sessions
    .toSorted((a, b) => startOf(a) - startOf(b))
    .filter(({ id }) => batch.decide(id, { type: "assigneeWentOffline" }).type === "decided");
}
