/**
 * Who may do what. Pure: no rule of this kind lives anywhere else.
 *
 * Everybody of a business reads its sessions. Agents act on what they hold and on what nobody holds;
 * supervisors and admins on everything. Only admins configure.
 */

export interface Actor {
  readonly id: string;
  readonly role: "agent" | "supervisor" | "admin";
}

/** Acts on one session; whoever may not do them may not change it at all. */
export type SessionAct =
  | "sendMessage"
  | "assign"
  | "markNoReplyNeeded"
  | "close"
  | "reopen"
  | "snooze"
  /** Taking is open to everybody: whoever comes second is told who was first. */
  | "take"
  | "retryParked";

/** Acts on the business. */
export type BusinessAct =
  | "readSessions"
  | "readParkedSessions"
  | "readMembers"
  | "readSettings"
  | "changeSettings"
  | "readRules"
  | "changeRules"
  | "readTeams"
  | "changeTeams"
  | "readChannels"
  | "changeChannels"
  | "addMembers"
  | "manageTokensOfOthers"
  | "readAuditLog";

/** Whether the member may do this to a session that `assigneeId` (`null`: nobody) holds. */
export function mayOnSession(
  actor: Actor,
  act: SessionAct,
  session: { readonly assigneeId: string | null },
): boolean {
  if (act === "retryParked") return actor.role === "admin";
  if (act === "take" || actor.role !== "agent") return true;
  return session.assigneeId === null || session.assigneeId === actor.id;
}

/** Whether the member may do this in their business. */
export function may(actor: Actor, act: BusinessAct): boolean {
  switch (act) {
    case "readSessions":
    case "readMembers":
    case "readSettings":
    case "readRules":
    case "readTeams":
      return true;
    case "readChannels":
      return actor.role !== "agent";
    case "readParkedSessions":
    case "changeSettings":
    case "changeRules":
    case "changeTeams":
    case "changeChannels":
    case "addMembers":
    case "manageTokensOfOthers":
    case "readAuditLog":
      return actor.role === "admin";
  }
}
