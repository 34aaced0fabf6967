import { describe, expect, test } from "vitest";
import { type BusinessAct, may, mayOnSession, type SessionAct } from "./may.ts";

const AGENT = { id: "a", role: "agent" } as const;
const SUPERVISOR = { id: "s", role: "supervisor" } as const;
const ADMIN = { id: "d", role: "admin" } as const;

const ORDINARY: readonly SessionAct[] = [
  "sendMessage",
  "assign",
  "markNoReplyNeeded",
  "close",
  "reopen",
  "snooze",
];

describe("acts on a session", () => {
  test.each(ORDINARY)("an agent may %s their own and unassigned sessions, not others'", (act) => {
    expect(mayOnSession(AGENT, act, { assigneeId: AGENT.id })).toBe(true);
    expect(mayOnSession(AGENT, act, { assigneeId: null })).toBe(true);
    expect(mayOnSession(AGENT, act, { assigneeId: "b" })).toBe(false);
  });

  test.each(ORDINARY)("supervisors and admins may %s every session", (act) => {
    expect(mayOnSession(SUPERVISOR, act, { assigneeId: "b" })).toBe(true);
    expect(mayOnSession(ADMIN, act, { assigneeId: "b" })).toBe(true);
  });

  test("anybody may try to take a session, so that the second learns who was first", () => {
    expect(mayOnSession(AGENT, "take", { assigneeId: "b" })).toBe(true);
  });

  test("only an admin retries a parked session", () => {
    expect(mayOnSession(AGENT, "retryParked", { assigneeId: AGENT.id })).toBe(false);
    expect(mayOnSession(SUPERVISOR, "retryParked", { assigneeId: null })).toBe(false);
    expect(mayOnSession(ADMIN, "retryParked", { assigneeId: null })).toBe(true);
  });
});

const ALLOWED: Record<BusinessAct, string> = {
  readSessions: "agent supervisor admin",
  readMembers: "agent supervisor admin",
  readSettings: "agent supervisor admin",
  readRules: "agent supervisor admin",
  readTeams: "agent supervisor admin",
  readChannels: "supervisor admin",
  readParkedSessions: "admin",
  changeSettings: "admin",
  changeRules: "admin",
  changeTeams: "admin",
  changeChannels: "admin",
  addMembers: "admin",
  manageTokensOfOthers: "admin",
  readAuditLog: "admin",
};

describe("acts on the business", () => {
  test.each(Object.entries(ALLOWED))("%s is for: %s", (act, roles) => {
    const allowed = [AGENT, SUPERVISOR, ADMIN].filter((actor) => may(actor, act as BusinessAct));
    expect(allowed.map((actor) => actor.role).join(" ")).toBe(roles);
  });
});
