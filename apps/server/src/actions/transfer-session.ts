import { PunctualError } from "@punctual/contract";
import type { SessionEvent } from "@punctual/session";
import type { Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { type LoadedSession, loadSessionsForUpdate } from "../store/load-sessions.ts";
import { readRosterTeams } from "../store/roster-teams.ts";
import { requireEligible, throwIfRejected } from "./act-on-session.ts";
import { authorizeLocked } from "./authorize-locked.ts";
import { accountsOf, commitDecisions } from "./commit-decisions.ts";
import type { Deps, MemberIdentity } from "./deps.ts";
import { addNote } from "./leave-note.ts";

/** Where a session goes. */
export type TransferTo =
  | { readonly member: string }
  /** To whoever of it is eligible, or else to its line. */
  | { readonly team: string }
  | { readonly queue: true };

/**
 * Hands a session over, with a note for whoever gets it: both in one commit, so that nobody gets the
 * session without the note (clock.md §5, "Manual acts"). Throws `session_not_found`, `session_closed`,
 * `member_inactive`, `channel_not_reached`, `team_not_found`, and as `leaveNote` does.
 */
export async function transferSession(
  deps: Deps,
  transfer: {
    readonly accountId: string;
    readonly sessionId: string;
    readonly by: MemberIdentity;
    readonly to: TransferTo;
    readonly note: { readonly text: string; readonly mentions: readonly string[] } | null;
  },
): Promise<void> {
  const { accountId, sessionId, by, to, note } = transfer;
  await commitDecisions(
    deps,
    (tx) => loadSessionsForUpdate(tx, [{ accountId, id: sessionId }]),
    accountsOf,
    async (deciding, [session]) => {
      if (session === undefined) throw new PunctualError("session_not_found");
      await authorizeLocked(deciding.tx, transfer, "assign", session.facts.assignee);
      const event = await eventOf(deciding.tx, session, to, by.id);
      const decision = deciding.batch.decide(session.id, event);
      await throwIfRejected(deciding.tx, session, decision);
      if (note !== null) await addNote(deciding, session, newId(), { ...note, by });
    },
  );
}

async function eventOf(
  tx: Tx,
  session: LoadedSession,
  to: TransferTo,
  by: string,
): Promise<SessionEvent> {
  if ("queue" in to) return { type: "sessionAssigned", to: null, by };
  if ("member" in to) {
    await requireEligible(tx, session, to.member);
    return { type: "sessionAssigned", to: to.member, by };
  }
  const teams = await readRosterTeams(tx, [{ accountId: session.accountId, teamId: to.team }]);
  const team = teams.get(to.team);
  if (team === undefined) throw new PunctualError("team_not_found");
  return { type: "sessionTransferred", team, by };
}
