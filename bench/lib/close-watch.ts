import { setTimeout as sleep } from "node:timers/promises";
import type { Deps } from "../../apps/server/src/actions/deps.ts";
import { keepEventEpoch } from "../../apps/server/src/actions/keep-event-epoch.ts";
import { readEvents, readTail } from "../../apps/server/src/store/event-log.ts";

/** What a watcher of the event log saw of the sessions that it was told to expect. */
export interface CloseWatch {
  /** Session id → ms from its deadline until its first event was visible to others. */
  readonly lateMs: ReadonlyMap<string, number>;
  /** Events of these sessions beyond the first. */
  readonly again: number;
  stop(): Promise<void>;
}

const POLL_MS = 2;

/**
 * Follows the event log from outside, as any other process could, and notes when each session's event
 * became visible. So lateness is measured alike for everybody, and to the end: decided, committed, seen.
 * It adds what a look at the log takes, and half its pause of 2 ms, to everybody's figures.
 * @param dueAt session id → epoch ms.
 */
export async function watchCloses(
  deps: Deps,
  dueAt: ReadonlyMap<string, number>,
): Promise<CloseWatch> {
  await keepEventEpoch(deps);
  let cursor = await readTail(deps.db);
  let stopped = false;
  const lateMs = new Map<string, number>();
  const watch = { lateMs, again: 0 };
  const following = (async () => {
    while (!stopped) {
      const read = await readEvents(deps.db, { cursor });
      if (read.type === "resync")
        throw new Error(`the event log can't be followed: ${read.reason}`);
      cursor = read.cursor;
      const seenAt = performance.timeOrigin + performance.now();
      for (const { sessionId } of read.rows) {
        const due = sessionId === null ? undefined : dueAt.get(sessionId);
        if (sessionId === null || due === undefined) continue;
        if (lateMs.has(sessionId)) watch.again += 1;
        else lateMs.set(sessionId, seenAt - due);
      }
      if (!read.more) await sleep(POLL_MS);
    }
  })();
  following.catch(() => undefined);
  return Object.assign(watch, {
    stop: async () => {
      stopped = true;
      await following;
    },
  });
}
