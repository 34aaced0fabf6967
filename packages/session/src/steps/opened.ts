import { act, adoptNewest, type Draft } from "../draft.ts";
import type { Actor } from "../explanation.ts";
import type { SessionFacts } from "../facts.ts";

/** A session begins, with the newest settings (clock.md §2). */
export function opened(draft: Draft, by: Actor): void {
  adoptNewest(draft);
  act(draft, "opened", 0, { by, settings: draft.facts.settings });
}

/** Whether nothing happened in the session yet: the event at hand opens it. */
export function isUntouched(facts: SessionFacts): boolean {
  return (
    !facts.customerWrote &&
    facts.lastWaitNumber === 0 &&
    facts.lastAgentMessageAt === null &&
    facts.pendingSends === 0 &&
    facts.closeCount === 0
  );
}
