/**
 * Drains lines of waiting sessions as soon as somebody may have become eligible (clock.md §8): when told
 * so, and when business hours begin or end. It also moves the sessions of members who went offline, in
 * businesses that want it so. It sleeps until the next moment that is known; polling is the safety net.
 */
import type { Deps } from "../actions/deps.ts";
import { drainLine } from "../actions/drain-line.ts";
import { moveSessionsOfGone } from "../actions/move-sessions.ts";
import { turnBusinessHours } from "../actions/turn-business-hours.ts";
import { elapsedMs } from "../platform/clock.ts";
import { Loop, type Round } from "../platform/loop.ts";
import { PACE } from "../platform/pace.ts";
import { readNextTurnInMs } from "../store/business-hours.ts";
import { readAccountsInLine } from "../store/line.ts";
import { type PendingMoves, readPendingMoves } from "../store/session-moves.ts";

export interface LineLoop {
  readonly loop: Loop;
  /** The line of this account may move; `null`: any account's. */
  moved(accountId: string | null): void;
}

/** What another node is turning already is looked at again after this. */
const SHORTEST_SLEEP_MS = 10;

export function createLineLoop(deps: Deps): LineLoop {
  const moved = new Set<string>();
  // What came due in earlier rounds is tried again only when its line moves, or by a sweep.
  let tried = new Set<string>();
  let sweepIsDue = true;
  let sweptAt = 0;

  const runOnce = async (): Promise<Round> => {
    const startedAt = elapsedMs();
    // However often some lines move, those whose signal was lost have their turn.
    if (startedAt - sweptAt >= PACE.linePollMs) sweepIsDue = true;
    const swept = sweepIsDue;
    sweepIsDue = false;
    const told = new Set(moved);
    moved.clear();
    const lines = swept ? await readAccountsInLine(deps.db) : [...told];
    if (swept) sweptAt = startedAt;
    await forEach(lines, (accountId) => drainLine(deps, accountId));
    const pending = await readPendingMoves(deps.db);
    const due = pending.filter(({ inMs }) => inMs <= 0);
    const moving = due.filter(
      (each) => swept || told.has(each.accountId) || !tried.has(keyOf(each)),
    );
    await forEach([...new Set(moving.map(({ accountId }) => accountId))], (accountId) =>
      moveSessionsOfGone(deps, accountId),
    );
    tried = new Set(due.map(keyOf));
    const turnInMs = await readNextTurnInMs(deps.db);
    if (turnInMs !== null && turnInMs <= 0) {
      for (const accountId of await turnBusinessHours(deps)) moved.add(accountId);
    }
    if (moved.size > 0 || sweepIsDue) return { nextInMs: 0 };
    const moments = pending.map(({ inMs }) => inMs).filter((inMs) => inMs > 0);
    const sweepInMs = sweptAt + PACE.linePollMs - elapsedMs();
    const nextInMs = Math.min(turnInMs ?? sweepInMs, sweepInMs, ...moments);
    return { nextInMs: Math.max(SHORTEST_SLEEP_MS, nextInMs) };
  };
  /** The others go on when one fails, which is tried again by the next sweep. */
  const forEach = async (
    accountIds: readonly string[],
    work: (accountId: string) => Promise<unknown>,
  ): Promise<void> => {
    for (const accountId of accountIds) {
      try {
        await work(accountId);
      } catch (error) {
        deps.logger.error({ err: error, accountId }, "a line could not be drained");
      }
    }
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
      if (accountId === null) sweepIsDue = true;
      else moved.add(accountId);
      loop.wake();
    },
  };
}

function keyOf({ accountId, at }: PendingMoves): string {
  return `${accountId} ${at}`;
}
