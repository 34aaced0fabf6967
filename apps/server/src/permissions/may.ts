/**
 * Who may do what. Pure: no rule of this kind lives anywhere else.
 *
 * Agents act on what they hold and, on the channels they reach, on what nobody holds; they help where they
 * were invited. Which sessions
 * they see is another question (docs/visibility.md). Supervisors and admins act on everything. Only
 * admins configure.
 */

import { BusinessAct, SessionAct } from "@punctual/contract";

export interface Actor {
  readonly id: string;
  readonly role: "agent" | "supervisor" | "admin";
}

/** What permissions look at in a session. */
export interface SessionAccess {
  /** `null`: nobody holds it. */
  readonly assigneeId: string | null;
  /** The actor was invited to help. */
  readonly supports: boolean;
  /** The actor reaches its channel; else an invitation alone shows it to them. */
  readonly reached: boolean;
}

/** Whoever reads the session may do these. */
const OPEN_TO_READERS: ReadonlySet<SessionAct> = new Set(["take", "writeNote"]);

/**
 * A supporter talks to the customer and brings in others. Who holds the session, and whether it is over,
 * stays with the assignee: two people who both decide that end up with nobody responsible.
 */
const OPEN_TO_SUPPORTERS: ReadonlySet<SessionAct> = new Set([
  "sendMessage",
  "invite",
  "follow",
  "tag",
]);

/** Whether the member may do this to the session. */
export function mayOnSession(actor: Actor, act: SessionAct, session: SessionAccess): boolean {
  if (act === "retryParked") return actor.role === "admin";
  if (OPEN_TO_READERS.has(act) || actor.role !== "agent") return true;
  const { assigneeId, reached } = session;
  if (assigneeId === actor.id) return true;
  if (assigneeId === null && reached && act !== "follow") return true;
  return session.supports && OPEN_TO_SUPPORTERS.has(act);
}

/** Whether the member may do this in their business. */
export function may(actor: Actor, act: BusinessAct): boolean {
  switch (act) {
    case "readSessions":
    case "readMembers":
    case "readSettings":
    case "readRules":
    case "readContacts":
    case "changeContacts":
    case "blockContacts":
    case "readTags":
    case "readQuickReplies":
    case "readTeams":
      return true;
    case "readWall":
    case "tryRules":
    case "readChannels":
    case "changeTags":
    case "changeQuickReplies":
      return actor.role !== "agent";
    case "readParkedSessions":
    case "changeSettings":
    case "changeRules":
    case "changeTeams":
    case "limitChannels":
    case "changeChannels":
    case "addMembers":
    case "changeMembers":
    case "manageLoginsOfOthers":
    case "manageTokensOfOthers":
    case "readAuditLog":
      return actor.role === "admin";
  }
}

/** Everything that the member may do in their business. */
export function allowedActs(actor: Actor): BusinessAct[] {
  return BusinessAct.options.filter((act) => may(actor, act));
}

/** Everything that the member may do to the session, as far as its state allows it. */
export function allowedActsOnSession(actor: Actor, session: SessionAccess): SessionAct[] {
  return SessionAct.options.filter((act) => mayOnSession(actor, act, session));
}
