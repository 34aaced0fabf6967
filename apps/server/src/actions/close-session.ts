import { PunctualError } from "@punctual/contract";
import { throwIfRejected } from "./act-on-session.ts";
import { authorizeLocked } from "./authorize-locked.ts";
import { accountsOf, commitDecisions } from "./commit-decisions.ts";
import type { Deps, MemberIdentity } from "./deps.ts";
import { type LeftBehind, leaveBehind, lockToLeaveBehind, requireComplete } from "./tag-session.ts";

/**
 * Closes by a person, who chooses whether the end-of-session message goes, and leaves behind what the
 * business wants of them, in the same commit. Throws `session_not_found`, `session_closed`,
 * `closing_incomplete`, and as `tagSession` and `leaveNote` do.
 */
export async function closeSession(
  deps: Deps,
  close: LeftBehind & {
    readonly accountId: string;
    readonly sessionId: string;
    readonly by: MemberIdentity;
    readonly reason: string | null;
    readonly sendMessage: boolean;
  },
): Promise<void> {
  const { accountId, sessionId, by, reason, sendMessage } = close;
  await commitDecisions(
    deps,
    (tx) => lockToLeaveBehind(tx, { accountId, id: sessionId }, close),
    accountsOf,
    async (deciding, [session]) => {
      if (session === undefined) throw new PunctualError("session_not_found");
      await authorizeLocked(deciding.tx, close, "close", session.facts.assignee);
      if (session.facts.closed === null) {
        await leaveBehind(deciding, session, by, close);
        await requireComplete(deciding.tx, session, close);
      }
      const decision = deciding.batch.decide(sessionId, {
        type: "sessionClosedByMember",
        by: by.id,
        reason,
        sendMessage,
      });
      await throwIfRejected(deciding.tx, session, decision);
    },
  );
}
