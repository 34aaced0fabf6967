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
import { commitOrSplit } from "./split-batch.ts";

const BATCH = 500;
/** After so many batches of a save the caller gets its turn again: others wait for it. */
const BATCHES_AT_ONCE = 20;

/**
 * Brings open sessions up to date with saves that apply to all of them (clock.md §2). Versions and
 * deadlines of a batch are one commit, and its progress is noted, so that any node can go on where
 * another stopped. Gives whether something is left to do.
 */
export async function applySettings(deps: Deps): Promise<boolean> {
  const saves = await readSavesToApply(deps.db);
  let left = false;
  for (const save of saves) left = (await applyPass(deps, save)) === "again" || left;
  return left;
}

async function applyPass(deps: Deps, save: SaveToApply): Promise<"applied" | "again"> {
  let pass = save;
  for (let batch = 0; batch < BATCHES_AT_ONCE; batch++) {
    const keys = await readSessionsToApply(deps.db, pass, BATCH);
    const through = keys.at(-1)?.id;
    if (through === undefined) return await deps.db.transaction((tx) => finishPass(tx, save));
    await commitOrSplit(deps, keys, (part) =>
      commitDecisions(
        deps,
        (tx) => loadSessionsForUpdate(tx, part),
        noRouting,
        ({ batch: decisions }, sessions) =>
          sessions.map(({ id }) => decisions.decide(id, { type: "settingsApplied" })),
      ),
    );
    await deps.db.transaction(async (tx) => noteApplied(tx, save, through));
    pass = { ...pass, appliedThrough: through };
  }
  return "again";
}
