/**
 * Drains lines of waiting sessions as soon as somebody may have become eligible (clock.md §8): when told
 * so, and when business hours begin or end. It also moves the sessions of members who went offline, in
 * businesses that want it so. It sleeps until the next moment that is known; polling is the safety net.
 *
 * What found nobody is remembered, and tried again only when more is open than then. A sweep looks whether
 * it is; now and then one tries everything, whatever is remembered.
 */
import type { Deps } from "../actions/deps.ts";
import { drainLine } from "../actions/drain-line.ts";
import { moveSessionsOfGone } from "../actions/move-sessions.ts";
import { Tried } from "../actions/offer-sessions.ts";
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
/** One in so many sweeps tries everything. */
const AFRESH_EVERY = 12;

/** What found nobody in an account: in its line, and of members who are gone. */
class Memories {
  readonly #byAccount = new Map<string, { readonly line: Tried; readonly gone: Tried }>();

  of(accountId: string): { readonly line: Tried; readonly gone: Tried } {
    const memory = this.#byAccount.get(accountId) ?? { line: new Tried(), gone: new Tried() };
    this.#byAccount.set(accountId, memory);
    return memory;
  }

  clear(): void {
    this.#byAccount.clear();
  }
}

export function createLineLoop(deps: Deps): LineLoop {
  const moved = new Set<string>();
  // What came due in earlier rounds is tried again only when its line moves, or by a sweep.
  let tried = new Set<string>();
  let sweepIsDue = true;
  let sweptAt = 0;
  let sweeps = 0;
  const memories = new Memories();

  const runOnce = async (): Promise<Round> => {
    const startedAt = elapsedMs();
    // However often some lines move, those whose signal was lost have their turn.
    if (startedAt - sweptAt >= PACE.linePollMs) sweepIsDue = true;
    const swept = sweepIsDue;
    sweepIsDue = false;
    const told = new Set(moved);
    moved.clear();
    const lines = swept ? await readAccountsInLine(deps.db) : [...told];
    if (swept) {
      sweptAt = startedAt;
      if (++sweeps % AFRESH_EVERY === 0) memories.clear();
    }
    await forEach(deps, lines, (accountId) =>
      drainLine(deps, accountId, memories.of(accountId).line),
    );
    const pending = await readPendingMoves(deps.db);
    const due = pending.filter(({ inMs }) => inMs <= 0);
    const moving = due.filter(
      (each) => swept || told.has(each.accountId) || !tried.has(keyOf(each)),
    );
    await forEach(deps, [...new Set(moving.map(({ accountId }) => accountId))], (accountId) =>
      moveSessionsOfGone(deps, accountId, memories.of(accountId).gone),
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
  const loop = new Loop({
    name: "line",
    logger: deps.logger,
    runOnce,
    maxSleepMs: PACE.linePollMs,
  });
  return {
    loop,
    moved: (accountId) => {
      if (accountId === null) {
        sweepIsDue = true;
        memories.clear();
      } else moved.add(accountId);
      loop.wake();
    },
  };
}

/** The others go on when one fails, which is tried again by the next sweep. */
async function forEach(
  { logger }: Deps,
  accountIds: readonly string[],
  work: (accountId: string) => Promise<unknown>,
): Promise<void> {
  for (const accountId of accountIds) {
    try {
      await work(accountId);
    } catch (error) {
      logger.error({ err: error, accountId }, "a line could not be drained");
    }
  }
}

function keyOf({ accountId, at }: PendingMoves): string {
  return `${accountId} ${at}`;
}
