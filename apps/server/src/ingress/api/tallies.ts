import type { Deps } from "../../actions/deps.ts";
import { PacedReads } from "../../platform/paced-reads.ts";
import { readNow } from "../../store/now.ts";
import { readSessionTallies, type SessionTally } from "../../store/session-tallies.ts";

/** An account's open sessions, counted. */
export interface Tallies {
  /** Epoch ms. */
  readonly countedAt: number;
  readonly rows: readonly SessionTally[];
}

/** One pass over a business's open sessions serves everybody who asks for any count of them. */
export function createTallies({ db }: Pick<Deps, "db">): PacedReads<Tallies> {
  return new PacedReads((accountId) =>
    db.readAs(accountId, async (read) => ({
      countedAt: await readNow(read),
      rows: await readSessionTallies(read, accountId),
    })),
  );
}
