/**
 * Drains lines of waiting sessions as soon as somebody may have become eligible (clock.md §8): when told
 * so, and when business hours begin or end, for which it sleeps no longer than until then.
 */
import type { Deps } from "../actions/deps.ts";
import { drainLine } from "../actions/drain-line.ts";
import { turnBusinessHours } from "../actions/turn-business-hours.ts";
import { Loop, type Round } from "../platform/loop.ts";
import { PACE } from "../platform/pace.ts";
import { readNextTurnInMs } from "../store/business-hours.ts";
import { readAccountsInLine } from "../store/line.ts";

export interface LineLoop {
  readonly loop: Loop;
  /** The line of this account may move; `null`: any account's. */
  moved(accountId: string | null): void;
}

/** What another node is turning already is looked at again after this. */
const SHORTEST_SLEEP_MS = 10;

export function createLineLoop(deps: Deps): LineLoop {
  const moved = new Set<string>();
  const runOnce = async (): Promise<Round> => {
    const swept = moved.size === 0;
    const accounts = swept ? await readAccountsInLine(deps.db) : [...moved];
    moved.clear();
    for (const accountId of accounts) {
      try {
        await drainLine(deps, accountId);
      } catch (error) {
        // The others' lines move on; this one is tried again by the next sweep.
        deps.logger.error({ err: error, accountId }, "a line could not be drained");
      }
    }
    const turnInMs = await readNextTurnInMs(deps.db);
    if (turnInMs !== null && turnInMs <= 0) {
      for (const accountId of await turnBusinessHours(deps)) moved.add(accountId);
    }
    return {
      nextInMs: moved.size > 0 ? 0 : Math.max(SHORTEST_SLEEP_MS, turnInMs ?? PACE.linePollMs),
    };
  };
  const loop = new Loop({
    name: "line",
    logger: deps.logger,
    runOnce,
    maxSleepMs: PACE.linePollMs,
  });
  return {
    loop,
    moved: (accountId) => {
      if (accountId !== null) moved.add(accountId);
      loop.wake();
    },
  };
}
