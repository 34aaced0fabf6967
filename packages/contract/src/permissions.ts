/** Acts that permissions know by name: docs/permissions.md says who may do which. */
import { z } from "zod";

/** Acts on one session; whoever may not do them may not change it at all. */
export const SessionAct = z.enum([
  "sendMessage",
  "assign",
  "markNoReplyNeeded",
  "close",
  "reopen",
  "snooze",
  /** Taking is open to everybody: whoever comes second is told who was first. */
  "take",
  "retryParked",
  /** Bringing supporters and followers in, and sending them away. */
  "invite",
  /**
   * Following a session oneself, or helping in it uninvited. It keeps the session in sight, whoever gets it
   * later, so an agent can't where nobody holds it; leaving is open to everybody.
   */
  "follow",
  "writeNote",
  /** Tags and category. */
  "tag",
  /** Saying that one looked at a close by the clock. */
  "review",
]);
export type SessionAct = z.infer<typeof SessionAct>;

/** Acts on the business. */
export const BusinessAct = z.enum([
  "readSessions",
  "readParkedSessions",
  "readWall",
  "readMembers",
  "readSettings",
  "changeSettings",
  "readRules",
  "changeRules",
  "tryRules",
  "readContacts",
  "changeContacts",
  /** And unblocking. An open session must be the member's to close. */
  "blockContacts",
  "readTags",
  "changeTags",
  "readQuickReplies",
  "changeQuickReplies",
  "readTeams",
  "changeTeams",
  "limitChannels",
  "readChannels",
  "changeChannels",
  "addMembers",
  "changeMembers",
  "manageLoginsOfOthers",
  "manageTokensOfOthers",
  "readAuditLog",
]);
export type BusinessAct = z.infer<typeof BusinessAct>;
