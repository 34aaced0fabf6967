import { PunctualError, type SessionAct } from "@punctual/contract";
import type { Decision, SessionEvent } from "@punctual/session";
import type { Tx } from "../platform/database.ts";
import { readBlocked } from "../store/change-contact.ts";
import { readReachedChannels } from "../store/channel-limits.ts";
import {
  type LoadedSession,
  loadSessionsForUpdate,
  readNewerSession,
} from "../store/load-sessions.ts";
import { memberIsActive, memberName } from "../store/read-member.ts";
import { loadHistory } from "../store/session-history.ts";
import { authorizeLocked } from "./authorize-locked.ts";
import { accountsOf, commitDecisions } from "./commit-decisions.ts";
import type { Deps, MemberIdentity } from "./deps.ts";

interface Act {
  readonly accountId: string;
  readonly sessionId: string;
  readonly by: MemberIdentity;
}

/** Gives the session to a member, or (`to` null) to the unassigned queue. */
export async function assignSession(deps: Deps, act: Act & { to: string | null }): Promise<void> {
  await decideOne(deps, act, "assign", async (tx, session) => {
    if (act.to !== null) await requireEligible(tx, session, act.to);
    return { type: "sessionAssigned", to: act.to, by: act.by.id };
  });
}

/** Throws `member_inactive` and `channel_not_reached`. */
export async function requireEligible(
  tx: Tx,
  session: LoadedSession,
  memberId: string,
): Promise<void> {
  const { accountId, channelId } = session;
  if (!(await memberIsActive(tx, accountId, memberId))) throw new PunctualError("member_inactive");
  const channels = await readReachedChannels(tx, accountId, memberId);
  if (channels?.includes(channelId) === false) throw new PunctualError("channel_not_reached");
}

/**
 * Takes an unassigned session; the first commit wins. Throws `already_taken` with the name, and as
 * `requireEligible` does.
 */
export async function takeSession(deps: Deps, act: Act): Promise<void> {
  await decideOne(deps, act, "take", async (tx, session) => {
    if (act.by.role === "agent") await requireEligible(tx, session, act.by.id);
    return { type: "sessionTaken", by: act.by.id };
  });
}

/** Ends the wait without a reply: a final "thanks" needs none. */
export async function markNoReplyNeeded(deps: Deps, act: Act): Promise<void> {
  await decideOne(deps, act, "markNoReplyNeeded", () => ({
    type: "noReplyNeeded",
    by: act.by.id,
  }));
}

/** Reopens the contact's latest session. Throws `contact_blocked`. */
export async function reopenSession(deps: Deps, act: Act): Promise<void> {
  await decideOne(deps, act, "reopen", async (tx, session) => {
    if (await readBlocked(tx, session)) throw new PunctualError("contact_blocked");
    return {
      type: "sessionReopened",
      why: { type: "member", by: act.by.id },
      history: await loadHistory(tx, session),
      assigneeActive: await assigneeIsActive(tx, session),
      isLatest: (await readNewerSession(tx, session)) === null,
    };
  });
}

const YEAR_MS = 366 * 24 * 3_600_000;

/** Snoozes until a time (epoch ms, in the future, at most a year), or (`until` null) wakes. */
export async function snoozeSession(
  deps: Deps,
  act: Act & { until: number | null },
): Promise<void> {
  const { until } = act;
  await decideOne(deps, act, "snooze", (_tx, _session, now) => {
    if (until !== null && (until <= now || until > now + YEAR_MS)) {
      throw new PunctualError("validation_failed", "Choose a time within the next year.", {
        errors: [{ path: "until", message: "must be in the future, at most a year ahead" }],
      });
    }
    return { type: "sessionSnoozed", until, by: act.by.id };
  });
}

/** Decides a parked session again, now; it is parked no more, unless it fails again. */
export async function retryParked(deps: Deps, act: Act): Promise<void> {
  const key = { accountId: act.accountId, id: act.sessionId };
  await commitDecisions(
    deps,
    (tx) => loadSessionsForUpdate(tx, [key]),
    accountsOf,
    ({ batch }, [session]) => {
      if (session === undefined) throw new PunctualError("session_not_found");
      const decision = batch.decide(session.id, { type: "timePassed" });
      if (decision.type !== "decided" && session.parked) batch.unpark(session.id);
    },
  );
}

/** Whether whoever holds the session may keep it when it opens again. */
export async function assigneeIsActive(tx: Tx, session: LoadedSession): Promise<boolean> {
  const { assignee } = session.facts;
  return assignee !== null && (await memberIsActive(tx, session.accountId, assignee));
}

type EventOf = (
  tx: Tx,
  session: LoadedSession,
  now: number,
) => SessionEvent | Promise<SessionEvent>;

async function decideOne(deps: Deps, act: Act, kind: SessionAct, eventOf: EventOf): Promise<void> {
  const key = { accountId: act.accountId, id: act.sessionId };
  await commitDecisions(
    deps,
    (tx) => loadSessionsForUpdate(tx, [key]),
    accountsOf,
    async ({ tx, batch, now }, [session]) => {
      if (session === undefined) throw new PunctualError("session_not_found");
      // Whoever comes second with a take is told who was first.
      if (kind !== "take") await authorizeLocked(tx, act, kind, session.facts.assignee);
      const decision = batch.decide(session.id, await eventOf(tx, session, now));
      await throwIfRejected(tx, session, decision);
    },
  );
}

/** A wish the machine can't grant, as the error its author sees. */
export async function throwIfRejected(
  tx: Tx,
  session: LoadedSession,
  decision: Decision,
): Promise<void> {
  if (decision.type !== "rejected") return;
  if (decision.code !== "already_taken") throw new PunctualError(decision.code);
  const { assignee } = session.facts;
  const name = assignee === null ? null : await memberName(tx, session.accountId, assignee);
  throw new PunctualError("already_taken", `Already taken by ${name ?? "another member"}.`, {
    takenBy: assignee,
  });
}
