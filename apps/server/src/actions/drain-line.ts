import { anyoneInLine } from "../store/line.ts";
import {
  claimSessionsInLine,
  type LoadedSession,
  loadSessionsForUpdate,
} from "../store/load-sessions.ts";
import { accountsOf, commitDecisions, type Deciding } from "./commit-decisions.ts";
import type { Deps } from "./deps.ts";
import { splitBatch } from "./split-batch.ts";

const BATCH = 200;

/** Where a page of the line begins: after this session. */
interface Place {
  readonly waitStartedAt: number;
  readonly id: string;
}

/**
 * Offers places to the sessions in line, longest wait first: the unassigned ones and those *waiting for
 * an agent* (clock.md §8). Run whenever somebody may have become eligible. Gives how many were given
 * away.
 */
export async function drainLine(deps: Deps, accountId: string): Promise<number> {
  // Places get free with every close; mostly nobody is in line.
  if (!(await anyoneInLine(deps.db, accountId))) return 0;
  let given = 0;
  let after: Place | null = null;
  for (;;) {
    const page = await drainPage(deps, accountId, after);
    given += page.given;
    if (page.last === null) return given;
    after = page.last;
  }
}

/** One page in one commit; `last` is where the next one starts, null when the line ended. */
async function drainPage(
  deps: Deps,
  accountId: string,
  after: Place | null,
): Promise<{ given: number; last: Place | null }> {
  const claimed: LoadedSession[] = [];
  try {
    const load = async (tx: Deciding["tx"]) => {
      claimed.push(...(await claimSessionsInLine(tx, accountId, after, BATCH)));
      return claimed;
    };
    const given = await commitDecisions(deps, load, accountsOf, offerPlaces);
    return { given: given.length, last: lastPlace(claimed) };
  } catch (error) {
    const given = await splitBatch(deps, claimed, error, (part) =>
      commitDecisions(deps, (tx) => loadSessionsForUpdate(tx, part), accountsOf, offerPlaces),
    );
    return { given: given.length, last: lastPlace(claimed) };
  }
}

/** Offers a place to each, the longest wait first; gives those that got one. */
function offerPlaces(
  { batch }: Deciding,
  sessions: readonly LoadedSession[],
): readonly LoadedSession[] {
  const startOf = ({ facts }: LoadedSession) => facts.wait?.startedAt ?? 0;
  return sessions
    .toSorted((a, b) => startOf(a) - startOf(b))
    .filter(({ id }) => batch.decide(id, { type: "placeOffered" }).type === "decided");
}

function lastPlace(page: readonly LoadedSession[]): Place | null {
  const last = page.length < BATCH ? undefined : page.at(-1);
  const waitStartedAt = last?.facts.wait?.startedAt;
  return last === undefined || waitStartedAt === undefined ? null : { waitStartedAt, id: last.id };
}
