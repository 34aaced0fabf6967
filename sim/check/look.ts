import type { SettingsOf } from "../../apps/server/src/testkit/settings-history.ts";
import type { Memory } from "./memory.ts";
import type { Owed } from "./owed.ts";
import type { SeenSession } from "./rows.ts";
import type { Thread } from "./threads.ts";
import type { WorldHistory } from "./world.ts";

/** What a rule judges: one session after a commit, and what is known from before it. */
export interface Look {
  readonly now: number;
  readonly seen: SeenSession;
  readonly before: Memory;
  /** What the customer is owed after the commit. */
  readonly owed: readonly Owed[];
  readonly thread: Thread;
  readonly world: WorldHistory;
  readonly settingsOf: SettingsOf;
  /** The channels' messaging window, ms. */
  readonly windowMs: number;
}
