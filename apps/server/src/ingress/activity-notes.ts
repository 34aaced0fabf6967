import { noteActivity } from "../actions/activity.ts";
import type { Deps, MemberIdentity } from "../actions/deps.ts";
import { elapsedMs } from "../platform/clock.ts";
import { ACTIVITY_EVERY_MS } from "../store/activity.ts";

/** How many members are remembered before it starts anew: then some are asked about once too often. */
const MAX_REMEMBERED = 50_000;

/** Passes signs of activity on, for each member at most one in 30 s. */
export class ActivityNotes {
  readonly #deps: Pick<Deps, "db" | "logger" | "signals">;
  readonly #notedAt = new Map<string, number>();

  constructor(deps: Pick<Deps, "db" | "logger" | "signals">) {
    this.#deps = deps;
  }

  /** The member did something. Nobody waits for it to be written; the next sign repeats a failure. */
  note({ accountId, id: memberId }: Pick<MemberIdentity, "accountId" | "id">): void {
    const now = elapsedMs();
    if ((this.#notedAt.get(memberId) ?? Number.NEGATIVE_INFINITY) > now - ACTIVITY_EVERY_MS) return;
    if (this.#notedAt.size >= MAX_REMEMBERED) this.#notedAt.clear();
    this.#notedAt.set(memberId, now);
    noteActivity(this.#deps, { accountId, memberId }).catch((error: unknown) => {
      this.#notedAt.delete(memberId);
      this.#deps.logger.warn({ err: error }, "a member's activity was not noted");
    });
  }
}
