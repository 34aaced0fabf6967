import {
  claimSessionsOfGone,
  type LoadedSession,
  loadSessionsForUpdate,
} from "../store/load-sessions.ts";
import { holdIsOn } from "../store/nodes.ts";
import { unmarkMoved } from "../store/session-moves.ts";
import { accountsOf, commitDecisions, type Deciding } from "./commit-decisions.ts";
import type { Deps } from "./deps.ts";
import { splitBatch } from "./split-batch.ts";

const BATCH = 200;

/**
 * Moves the sessions whose customers wait away from members who went offline, the longest wait of each
 * batch first (clock.md §8). What nobody is eligible for stays, and is tried again when the line moves.
 * While reassignments are held after an outage (§6), nothing moves. Gives how many were moved.
 */
export async function moveSessionsOfGone(deps: Deps, accountId: string): Promise<number> {
  if (await holdIsOn(deps.db)) return 0;
  let moved = 0;
  for (let after: string | null = null; ; ) {
    const page = await movePage(deps, accountId, after);
    moved += page.moved;
    after = page.last;
    if (after === null) break;
  }
  await deps.db.transaction(async (tx) => unmarkMoved(tx, accountId));
  return moved;
}

/** One page in one commit; `last` is where the next one starts, null when there are no more. */
async function movePage(
  deps: Deps,
  accountId: string,
  after: string | null,
): Promise<{ moved: number; last: string | null }> {
  const claimed: LoadedSession[] = [];
  const move = async (load: (tx: Deciding["tx"]) => Promise<LoadedSession[]>) =>
    await commitDecisions(deps, load, accountsOf, moveEach);
  let moved: readonly LoadedSession[];
  try {
    moved = await move(async (tx) => {
      claimed.push(...(await claimSessionsOfGone(tx, accountId, after, BATCH)));
      return claimed;
    });
  } catch (error) {
    moved = await splitBatch(deps, claimed, error, (part) =>
      move((tx) => loadSessionsForUpdate(tx, part)),
    );
  }
  const last = claimed.length < BATCH ? null : (claimed.at(-1)?.id ?? null);
  return { moved: moved.length, last };
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
