import { loadSessionsForUpdate } from "../store/load-sessions.ts";
import {
  finishPass,
  noteApplied,
  readSavesToApply,
  readSessionsToApply,
  type SaveToApply,
} from "../store/settings-to-apply.ts";
import { commitDecisions, noRouting } from "./commit-decisions.ts";
import type { Deps } from "./deps.ts";

const BATCH = 500;

/**
 * Brings open sessions up to date with saves that apply to all of them (clock.md §2). Each batch is one
 * commit of versions, deadlines and progress, so that any node can go on where another stopped.
 * Gives whether something is left to do.
 */
export async function applySettings(deps: Deps): Promise<boolean> {
  const saves = await readSavesToApply(deps.db);
  let left = false;
  for (const save of saves) left = (await applyPass(deps, save)) === "again" || left;
  return left;
}

async function applyPass(deps: Deps, save: SaveToApply): Promise<"applied" | "again"> {
  for (let pass = save; ; ) {
    const keys = await readSessionsToApply(deps.db, pass, BATCH);
    const through = keys.at(-1)?.id;
    if (through === undefined) return await deps.db.transaction((tx) => finishPass(tx, save));
    await commitDecisions(
      deps,
      (tx) => loadSessionsForUpdate(tx, keys),
      noRouting,
      ({ tx, batch }, sessions) => {
        for (const { id } of sessions) batch.decide(id, { type: "settingsApplied" });
        noteApplied(tx, save, through);
      },
    );
    pass = { ...pass, appliedThrough: through };
  }
}
