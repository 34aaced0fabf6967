import type { BusinessAct, SessionAct } from "@punctual/contract";
import { describe, expect, test } from "vitest";
import { may, mayOnSession, type SessionAccess } from "./may.ts";

const AGENT = { id: "a", role: "agent" } as const;
const SUPERVISOR = { id: "s", role: "supervisor" } as const;
const ADMIN = { id: "d", role: "admin" } as const;

function held(assigneeId: string | null, supports = false): SessionAccess {
  return { assigneeId, supports, reached: true };
}

const ORDINARY: readonly SessionAct[] = [
  "sendMessage",
  "assign",
  "markNoReplyNeeded",
  "close",
  "reopen",
  "snooze",
  "review",
];

describe("acts on a session", () => {
  test.each(ORDINARY)("an agent may %s their own and unassigned sessions, not others'", (act) => {
    expect(mayOnSession(AGENT, act, held(AGENT.id))).toBe(true);
    expect(mayOnSession(AGENT, act, held(null))).toBe(true);
    expect(mayOnSession(AGENT, act, held("b"))).toBe(false);
  });

  test.each(ORDINARY)("an agent may not %s what nobody holds on a channel out of reach", (act) => {
    expect(mayOnSession(AGENT, act, { ...held(null), reached: false })).toBe(false);
    expect(mayOnSession(AGENT, act, { ...held(AGENT.id), reached: false })).toBe(true);
  });

  test.each(ORDINARY)("supervisors and admins may %s every session", (act) => {
    expect(mayOnSession(SUPERVISOR, act, held("b"))).toBe(true);
    expect(mayOnSession(ADMIN, act, held("b"))).toBe(true);
  });

  test("anybody may try to take a session, so that the second learns who was first", () => {
    expect(mayOnSession(AGENT, "take", held("b"))).toBe(true);
  });

  test("an agent may follow what they hold, and leave a note in what they see", () => {
    expect(mayOnSession(AGENT, "follow", held(AGENT.id))).toBe(true);
    expect(mayOnSession(AGENT, "follow", held(null))).toBe(false);
    expect(mayOnSession(AGENT, "follow", held("b"))).toBe(false);
    expect(mayOnSession(AGENT, "writeNote", held("b"))).toBe(true);
  });

  test("a supporter writes to the customer, tags, follows and invites, and decides nothing else", () => {
    const acts = [...ORDINARY, "invite", "follow", "tag"] as const;
    const allowed = acts.filter((act) => mayOnSession(AGENT, act, held("b", true)));
    expect(allowed).toEqual(["sendMessage", "invite", "follow", "tag"]);
  });

  test("only an admin retries a parked session", () => {
    expect(mayOnSession(AGENT, "retryParked", held(AGENT.id))).toBe(false);
    expect(mayOnSession(SUPERVISOR, "retryParked", held(null))).toBe(false);
    expect(mayOnSession(ADMIN, "retryParked", held(null))).toBe(true);
  });
});

const ALLOWED: Record<BusinessAct, string> = {
  readSessions: "agent supervisor admin",
  readMembers: "agent supervisor admin",
  readSettings: "agent supervisor admin",
  readRules: "agent supervisor admin",
  readContacts: "agent supervisor admin",
  changeContacts: "agent supervisor admin",
  blockContacts: "agent supervisor admin",
  readTags: "agent supervisor admin",
  changeTags: "supervisor admin",
  readWall: "supervisor admin",
  readQuickReplies: "agent supervisor admin",
  changeQuickReplies: "supervisor admin",
  readTeams: "agent supervisor admin",
  tryRules: "supervisor admin",
  readChannels: "supervisor admin",
  readParkedSessions: "admin",
  changeSettings: "admin",
  changeRules: "admin",
  changeTeams: "admin",
  limitChannels: "admin",
  changeChannels: "admin",
  addMembers: "admin",
  changeMembers: "admin",
  manageLoginsOfOthers: "admin",
  manageTokensOfOthers: "admin",
  readAuditLog: "admin",
};

describe("acts on the business", () => {
  test.each(Object.entries(ALLOWED))("%s is for: %s", (act, roles) => {
    const allowed = [AGENT, SUPERVISOR, ADMIN].filter((actor) => may(actor, act as BusinessAct));
    expect(allowed.map((actor) => actor.role).join(" ")).toBe(roles);
  });
});
