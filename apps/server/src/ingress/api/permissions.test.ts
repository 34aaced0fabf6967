/**
 * The tables of docs/permissions.md, cell by cell: against the functions that decide, and against the
 * API. A new act doesn't compile here before it has a route, and fails before it has a row there.
 */
import { readFileSync } from "node:fs";
import type { BusinessAct, SessionAct } from "@punctual/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { may, mayOnSession, type SessionAccess } from "../../permissions/may.ts";
import {
  createTestApi,
  type TestApi,
  type TestMember,
  type TestTenant,
} from "../../testkit/test-api.ts";

/** A route that needs the act. Ids in it exist nowhere: who may do it finds nothing. */
type Example = readonly [route: string, body?: unknown];

const NOWHERE = "01890000-0000-7000-8000-000000000000";

const BUSINESS: Record<BusinessAct, Example> = {
  readSessions: ["GET /sessions"],
  readParkedSessions: ["GET /sessions?parked=true"],
  readWall: ["GET /wall"],
  readMembers: ["GET /members"],
  readSettings: ["GET /settings/clock"],
  changeSettings: ["GET /settings/export"],
  readRules: ["GET /assignment-rules"],
  changeRules: ["PATCH /assignment-rules/ID", { name: "x" }],
  tryRules: ["POST /assignment-rules/dry-run", { contact: { channelId: NOWHERE } }],
  readContacts: ["GET /contacts"],
  changeContacts: ["PATCH /contacts/ID", { name: "x" }],
  blockContacts: ["POST /contacts/ID/block", { reason: "x" }],
  readTags: ["GET /tags"],
  changeTags: ["PATCH /tags/ID", { name: "x" }],
  readQuickReplies: ["GET /quick-replies"],
  changeQuickReplies: ["PATCH /quick-replies/ID", { text: "x" }],
  readTeams: ["GET /teams"],
  changeTeams: ["PATCH /teams/ID", { name: "x" }],
  limitChannels: ["PUT /members/ID/channels", { channelIds: null }],
  readChannels: ["GET /channels"],
  changeChannels: ["PATCH /channels/ID", { name: "x" }],
  addMembers: ["POST /members/ID/invitation"],
  changeMembers: ["PATCH /members/ID", { name: "x" }],
  manageLoginsOfOthers: ["POST /members/ID/password-reset"],
  manageTokensOfOthers: ["POST /tokens", { name: "x", memberId: NOWHERE }],
  readAuditLog: ["GET /audit-log"],
};

/** `ID` is the session, `ME` whoever asks, `OTHER` a colleague. */
const SESSION: Record<SessionAct, Example> = {
  sendMessage: ["POST /sessions/ID/messages", { type: "text", text: "x" }],
  assign: ["POST /sessions/ID/assignee", { memberId: null }],
  markNoReplyNeeded: ["POST /sessions/ID/no-reply-needed"],
  close: ["POST /sessions/ID/close", {}],
  reopen: ["POST /sessions/ID/reopen"],
  snooze: ["POST /sessions/ID/snooze", { until: null }],
  take: ["POST /sessions/ID/take"],
  retryParked: ["POST /sessions/ID/retry"],
  invite: ["PUT /sessions/ID/supporters/OTHER"],
  follow: ["PUT /sessions/ID/followers/ME"],
  tag: ["PUT /sessions/ID/tags", { tags: [] }],
  review: ["POST /sessions/ID/reviewed", {}],
  writeNote: ["POST /sessions/ID/notes", { text: "x" }],
};

const ROLES = ["agent", "supervisor", "admin"] as const;
type Role = (typeof ROLES)[number];

/** Act, role and what the page's cell says. */
type Cell = readonly [act: string, role: Role, says: string];

const page = readFileSync(new URL("../../../../../docs/permissions.md", import.meta.url), "utf8");

function cellsUnder(heading: string): Cell[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? "";
  const rows = [...section.matchAll(/^\| `(\w+)` +\|[^|]*\|([^|]*)\|([^|]*)\|([^|]*)\|$/gm)];
  return rows.flatMap(([, act = "", ...cells]) =>
    ROLES.map((role, index): Cell => [act, role, (cells[index] ?? "").trim()]),
  );
}

const businessCells = cellsUnder("In the business");
const sessionCells = cellsUnder("On a session");

/** How a session can stand to the member who acts, and the words of cells that allow it then. */
const SITUATIONS = {
  "they hold": { holder: "me", supports: false, words: ["held", "own", "seen", "all"] },
  "nobody holds": { holder: null, supports: false, words: ["own", "seen", "all"] },
  "they support": { holder: "other", supports: true, words: ["supported", "seen", "all"] },
  "they follow": { holder: "other", supports: false, words: ["seen", "all"] },
  // An agent doesn't see it.
  "is somebody else's": { holder: "other", supports: false, words: ["all"] },
} as const;
type Situation = keyof typeof SITUATIONS;
const situations = Object.keys(SITUATIONS) as Situation[];

function allows(says: string, situation: Situation): boolean {
  const words: readonly string[] = SITUATIONS[situation].words;
  return says.split(", ").some((word) => words.includes(word));
}

describe("the page", () => {
  test("has a row for every act, and none that doesn't exist", () => {
    const acts = (cells: readonly Cell[]) => [...new Set(cells.map(([act]) => act))].toSorted();
    expect(acts(businessCells)).toEqual(Object.keys(BUSINESS).toSorted());
    expect(acts(sessionCells)).toEqual(Object.keys(SESSION).toSorted());
  });

  test.each(businessCells)("is right about %s by an %s: %s", (act, role, says) => {
    expect(["yes", "no"]).toContain(says);
    expect(may({ id: "me", role }, act as BusinessAct)).toBe(says === "yes");
  });

  test.each(sessionCells)("is right about %s by an %s: %s", (act, role, says) => {
    expect(says).toMatch(/^(none|all|seen|own|(own|held), supported)$/);
    for (const situation of situations) {
      // What is out of sight is not the functions' to decide.
      if (says === "seen" && situation === "is somebody else's") continue;
      const { holder: assigneeId, supports } = SITUATIONS[situation];
      const access: SessionAccess = { assigneeId, supports, reached: true };
      const allowed = mayOnSession({ id: "me", role }, act as SessionAct, access);
      expect(allowed, situation).toBe(allows(says, situation));
    }
  });
});

describe("the API", () => {
  let api: TestApi;
  let tenant: TestTenant;
  let customers = 0;

  beforeAll(async () => {
    api = await createTestApi();
    tenant = await api.createTenant("Acme");
  });

  afterAll(() => api.close());

  test.each(businessCells)("answers %s by an %s: %s", async (act, role, says) => {
    const [route, body] = BUSINESS[act as BusinessAct];
    const answer = await tenant[role].call(route.replace("ID", NOWHERE), { body });
    if (says === "yes") expect([200, 201, 404]).toContain(answer.status);
    else expect(answer).toMatchObject({ status: 403, body: { code: "not_allowed" } });
  });

  test.each(ROLES)("tells an %s what they may do", async (role) => {
    const { body } = await tenant[role].call("GET /me");
    const cells = businessCells.filter(([, of, says]) => of === role && says === "yes");
    expect((body.may as string[]).toSorted()).toEqual(cells.map(([act]) => act).toSorted());
  });

  test.each(sessionCells)("answers %s by an %s: %s", async (act, role, says) => {
    for (const situation of situations) {
      const { status, body } = await actIn(situation, tenant[role], act as SessionAct);
      // Whoever comes second with a take is told who was first, also where it is out of sight by then.
      if (act === "take" && body.code === "already_taken") continue;
      const refused = body.code === "not_allowed" || body.code === "session_not_found";
      expect(refused, `a session that ${situation}: ${status}`).toBe(!allows(says, situation));
    }
  });

  async function actIn(situation: Situation, me: TestMember, act: SessionAct) {
    const { holder, supports } = SITUATIONS[situation];
    const other = tenant.otherAgent;
    customers += 1;
    const session = await tenant.customerWrites(`49170${customers}`);
    const memberId = holder === null ? null : holder === "me" ? me.id : other.id;
    await tenant.admin.call(`POST /sessions/${session}/assignee`, { body: { memberId } });
    const as = supports ? "supporters" : situation === "they follow" ? "followers" : null;
    if (as !== null) await tenant.admin.call(`PUT /sessions/${session}/${as}/${me.id}`);
    const [route, body] = SESSION[act];
    const path = route.replace("ID", session).replace("ME", me.id).replace("OTHER", other.id);
    return await me.call(path, { body });
  }
});
