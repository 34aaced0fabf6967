import { anyoneInLine } from "../store/line.ts";
import { claimSessionsInLine } from "../store/load-sessions.ts";
import { accountsOf, commitDecisions } from "./commit-decisions.ts";
import type { Deps } from "./deps.ts";

const BATCH = 200;

/**
 * Offers places to the sessions in line, longest wait first: the unassigned ones and those *waiting for
 * an agent* (clock.md §8). Run whenever somebody may have become eligible. Gives how many were given
 * away.
 */
export async function drainLine(deps: Deps, accountId: string): Promise<number> {
  // Places get free with every close; mostly nobody is in line.
  if (!(await anyoneInLine(deps.db, accountId))) return 0;
  let given = 0;
  let after: { waitStartedAt: number; id: string } | null = null;
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
  after: { waitStartedAt: number; id: string } | null,
): Promise<{ given: number; last: { waitStartedAt: number; id: string } | null }> {
  return await commitDecisions(
    deps,
    (tx) => claimSessionsInLine(tx, accountId, after, BATCH),
    accountsOf,
    ({ batch }, sessions) => {
      let given = 0;
      for (const session of sessions) {
        if (batch.decide(session.id, { type: "placeOffered" }).type === "decided") given += 1;
      }
      const last = sessions.length < BATCH ? undefined : sessions.at(-1);
      const waitStartedAt = last?.facts.wait?.startedAt;
      if (last === undefined || waitStartedAt === undefined) return { given, last: null };
      return { given, last: { waitStartedAt, id: last.id } };
    },
  );
}
