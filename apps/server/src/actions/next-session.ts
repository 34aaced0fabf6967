import { type Deadlines, newSession } from "@punctual/session";
import type { LoadedSession } from "../store/load-sessions.ts";
import type { Newcomer } from "../store/newcomers.ts";

const NO_DEADLINES: Deadlines = {
  wakeAt: null,
  closeAt: null,
  overdueAt: null,
  warnAt: null,
  reassignAt: null,
};

/** The empty place of a contact who never had a session on the channel: its id is empty. */
export function placeOfNewcomer(newcomer: Newcomer): LoadedSession {
  return {
    ...newcomer,
    id: "",
    facts: newSession(0, { account: 0, channel: null }, null),
    deadlines: NO_DEADLINES,
    returning: false,
    previousAgentId: null,
    lastMessageAt: 0,
    needsReview: false,
    parked: false,
    watched: false,
  };
}

/** The session that a contact opens after `last`, or in a newcomer's empty place. */
export function nextSession(
  last: LoadedSession,
  next: { id: string; now: number; lastCustomerStamp: number | null },
): LoadedSession {
  const isFirst = last.id === "";
  return {
    ...last,
    id: next.id,
    facts: newSession(next.now, { account: 0, channel: null }, next.lastCustomerStamp),
    deadlines: NO_DEADLINES,
    returning: !isFirst,
    previousAgentId: isFirst ? null : (last.facts.assignee ?? last.previousAgentId),
    lastMessageAt: next.now,
    needsReview: false,
    parked: false,
    watched: false,
  };
}
