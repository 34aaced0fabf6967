import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../../platform/ids.ts";
import { createTestApi, type TestApi, type TestTenant } from "../../testkit/test-api.ts";

const api: TestApi = await createTestApi();
let acme: TestTenant;

beforeEach(async () => {
  acme = await api.createTenant("Acme");
});

afterAll(() => api.close());

const CLOCK = {
  closure: { ...DEFAULT_CLOCK_SETTINGS.closure, enabled: true, afterMinutes: 60, message: "Bye" },
  reassign: { enabled: true, afterMinutes: 5, maxPerWait: 2 },
  reply: { enabled: true, limitMinutes: 10, warnMinutes: 2, countFrom: "customerMessage" },
};

describe("the clock's settings", () => {
  test("start with everything off and are saved as new versions", async () => {
    const before = await acme.agent.call("GET /settings/clock");
    expect(before.body).toMatchObject({ ...DEFAULT_CLOCK_SETTINGS, version: 1, hints: [] });
    const saved = await put(CLOCK);
    expect(saved).toMatchObject({ status: 200, body: { ...CLOCK, version: 2, applyTo: "all" } });
    expect(saved.body.savedBy).toBe(acme.admin.id);
    const { body } = await acme.agent.call("GET /settings/clock/versions");
    expect(body.versions).toMatchObject([
      { version: 2, settings: CLOCK },
      { version: 1, settings: DEFAULT_CLOCK_SETTINGS },
    ]);
    const first = await acme.agent.call("GET /settings/clock/versions?limit=1");
    const rest = await acme.agent.call(
      `GET /settings/clock/versions?limit=1&cursor=${first.body.nextCursor}`,
    );
    expect([first.body.versions, rest.body.versions]).toMatchObject([
      [{ version: 2 }],
      [{ version: 1 }],
    ]);
    expect(rest.body.nextCursor).toBeNull();
  });

  test("come with hints on what may surprise", async () => {
    const late = { ...CLOCK.closure, afterMinutes: 1_440 };
    const { body } = await put({
      ...CLOCK,
      closure: late,
      reassign: { ...CLOCK.reassign, afterMinutes: 10 },
    });
    expect(body.hints).toMatchObject([
      { code: "overdue_before_reassign", field: "reassign.afterMinutes" },
      { code: "end_message_outside_window", field: "closure.afterMinutes" },
    ]);
  });

  test("are saved only over the version that was looked at", async () => {
    const first = await put({ ...CLOCK, ifVersion: 1 });
    expect(first.status).toBe(200);
    const second = await put({ ...CLOCK, ifVersion: 1 });
    expect(second).toMatchObject({ status: 409, body: { code: "settings_conflict", version: 2 } });
  });

  test.each([
    [{ closure: { ...CLOCK.closure, afterMinutes: 0 } }, "closure.afterMinutes"],
    [{ closure: { ...CLOCK.closure, afterMinutes: 43_201 } }, "closure.afterMinutes"],
    [{ reassign: { ...CLOCK.reassign, afterMinutes: 1.5 } }, "reassign.afterMinutes"],
    [{ applyTo: "some" }, "applyTo"],
    [{ closure: { ...CLOCK.closure, message: "Bye {{nobody}}" } }, "closure.message"],
  ])("refuse %j, naming the field", async (change, path) => {
    const { status, body } = await put({ ...CLOCK, ...change });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: "validation_failed", errors: [{ path }] });
  });

  test("refuse a warning that doesn't come before the limit as a contradiction", async () => {
    const answer = await put({ ...CLOCK, reply: { ...CLOCK.reply, warnMinutes: 10 } });
    expect(answer).toMatchObject({
      status: 422,
      body: { code: "settings_invalid", errors: [{ path: "reply.warnMinutes" }] },
    });
  });

  test("are for admins to change and for everybody to see", async () => {
    for (const member of [acme.agent, acme.supervisor]) {
      expect((await member.call("PUT /settings/clock", { body: CLOCK })).status).toBe(403);
      expect((await member.call("POST /settings/clock/preview", { body: CLOCK })).status).toBe(403);
      expect((await member.call("GET /settings/clock")).status).toBe(200);
    }
  });

  test("are previewed: how many sessions a save would close, reassign and mark overdue", async () => {
    const session = await acme.customerWrites("49171");
    await acme.agent.call(`POST /sessions/${session}/take`);
    await api.deps.db.query(
      `update sessions set wait_started_at = wait_started_at - 3600000,
         wait_known_at = wait_known_at - 3600000, assigned_at = assigned_at - 3600000
       where id = $1`,
      [session],
    );
    const { status, body } = await preview(CLOCK);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      openSessions: 1,
      wouldClose: 0,
      wouldReassign: 1,
      wouldBecomeOverdue: 1,
      hints: [],
    });
  });

  test("a preview without a channel needs all three settings", async () => {
    expect(await preview({ reply: CLOCK.reply })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "closure" }, { path: "reassign" }] },
    });
    const ofChannel = await preview({ reply: CLOCK.reply, channelId: acme.channelId });
    expect(ofChannel.status).toBe(200);
  });

  async function put(body: unknown) {
    return await acme.admin.call("PUT /settings/clock", { body });
  }

  async function preview(body: unknown) {
    return await acme.admin.call("POST /settings/clock/preview", { body });
  }
});

describe("a channel's override", () => {
  test("replaces single settings, and ends", async () => {
    const path = `/channels/${acme.channelId}/settings/clock`;
    const none = await acme.agent.call(`GET ${path}`);
    expect(none.body).toMatchObject({ closure: null, reassign: null, reply: null, version: 0 });
    const saved = await acme.admin.call(`PUT ${path}`, { body: { reply: CLOCK.reply } });
    expect(saved.body).toMatchObject({ closure: null, reply: CLOCK.reply, version: 1 });
    const ended = await acme.admin.call(`DELETE ${path}`);
    expect(ended).toMatchObject({ status: 200, body: { reply: null, version: 2 } });
  });

  test("gets hints on what is in force with it", async () => {
    await acme.admin.call("PUT /settings/clock", { body: CLOCK });
    const { body } = await acme.admin.call(`PUT /channels/${acme.channelId}/settings/clock`, {
      body: { reply: { ...CLOCK.reply, limitMinutes: 4 } },
    });
    expect(body.hints).toMatchObject([{ code: "overdue_before_reassign" }]);
  });

  test("needs a channel of the business", async () => {
    const path = `/channels/${newId()}/settings/clock`;
    for (const route of [`GET ${path}`, `PUT ${path}`, `DELETE ${path}`]) {
      const answer = await acme.admin.call(route, { body: { reply: CLOCK.reply } });
      expect(answer).toMatchObject({ status: 404, body: { code: "channel_not_found" } });
    }
  });
});

describe("a settings file", () => {
  test("exported and imported again changes nothing", async () => {
    await fill();
    const file = await exported();
    const again = await acme.admin.call("POST /settings/import", { body: file });
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({
      clock: { changed: false },
      channels: [{ changed: false }],
      assignmentRules: { created: [], updated: [], removed: [], unchanged: ["Night", "Day"] },
    });
    expect(await exported()).toEqual(file);
  });

  test("names members by e-mail and channels by address", async () => {
    await fill();
    const [channel] = await api.deps.db.query<{ address: string }>(
      "select address from channels where id = $1",
      [acme.channelId],
    );
    expect(await exported()).toMatchObject({
      assignmentRules: [
        {
          name: "Night",
          conditions: { channels: [{ kind: "whatsapp", address: channel?.address }] },
          target: { members: [acme.agent.email, acme.otherAgent.email] },
        },
        { name: "Day", target: { everyone: true } },
      ],
    });
  });

  test("says what it changed, and keeps rules that it names", async () => {
    await fill();
    const before = await rules();
    const file = (await exported()) as unknown as { assignmentRules: { name: string }[] };
    const [night] = file.assignmentRules;
    const { body } = await acme.admin.call("POST /settings/import", {
      body: {
        ...file,
        clock: CLOCK,
        assignmentRules: [
          { name: "Evening", target: { everyone: true } },
          { ...night, mode: "leastBusy" },
        ],
      },
    });
    expect(body).toMatchObject({
      clock: { changed: true, version: 2 },
      assignmentRules: { created: ["Evening"], updated: ["Night"], removed: ["Day"] },
    });
    const after = await rules();
    expect(after.map((rule) => rule.name)).toEqual(["Evening", "Night"]);
    expect(after[1]?.id).toBe(before[0]?.id);
  });

  test("carries teams, limits, tags, categories and what a close needs, by their names", async () => {
    const { agent, otherAgent, admin } = acme;
    const body = { name: "Night shift", memberIds: [otherAgent.id, agent.id] };
    const team = (await admin.call("POST /teams", { body })).body;
    await admin.call(`PUT /teams/${team.id}/channels`, { body: { channelIds: [acme.channelId] } });
    await admin.call(`PUT /members/${agent.id}/channels`, {
      body: { channelIds: [acme.channelId] },
    });
    const vip = (await admin.call("POST /tags", { body: { name: "VIP", colour: "#ff0000" } })).body;
    await admin.call("POST /categories", { body: { name: "Billing" } });
    const needs = { tag: true, note: false, category: true };
    await admin.call("PUT /settings/closing", { body: needs });
    const rule = { name: "Night", target: { team: team.id } };
    await admin.call("POST /assignment-rules", { body: rule });
    const file = await exported();
    const [channel] = file.channels as { kind: string; address: string }[];
    const channels = [{ kind: channel?.kind, address: channel?.address }];
    expect(file).toMatchObject({
      teams: [{ name: "Night shift", members: [otherAgent.email, agent.email], channels }],
      memberChannels: [{ member: agent.email, channels }],
      tags: [{ name: "VIP", colour: "#ff0000" }],
      categories: ["Billing"],
      closingRequirements: needs,
    });
    const nothing = { created: [], updated: [] };
    expect((await admin.call("POST /settings/import", { body: file })).body).toMatchObject({
      teams: { ...nothing, unchanged: ["Night shift"] },
      memberChannels: { changed: [] },
      tags: { ...nothing, unchanged: ["VIP"] },
      categories: { ...nothing, unchanged: ["Billing"] },
      closingRequirements: { changed: false },
    });

    await admin.call(`PUT /teams/${team.id}/members`, { body: { memberIds: [agent.id] } });
    await admin.call(`PUT /members/${agent.id}/channels`, { body: { channelIds: null } });
    await admin.call(`DELETE /tags/${vip.id}`);
    await admin.call("POST /tags", { body: { name: "Late", colour: "#00ff00" } });
    const other = { ...needs, note: true };
    await admin.call("PUT /settings/closing", { body: other });
    const more = { ...file, teams: [...(file.teams as object[]), { name: "Day shift" }] };
    expect((await admin.call("POST /settings/import", { body: more })).body).toMatchObject({
      teams: { created: ["Day shift"], updated: ["Night shift"] },
      memberChannels: { changed: [agent.email] },
      tags: { created: ["VIP"] },
      closingRequirements: { changed: true },
    });
    const late = { name: "Late", colour: "#00ff00" };
    expect(await exported()).toMatchObject({
      ...file,
      teams: [{ name: "Day shift", members: [], channels: null }, ...(file.teams as object[])],
      tags: [late, ...(file.tags as object[])],
    });
    const acts = (await admin.call("GET /audit-log?limit=100")).body.entries as { act: string }[];
    for (const act of ["team.created", "team.changed", "member.channelsChanged", "tag.created"]) {
      expect(acts.map((entry) => entry.act)).toContain(act);
    }
  });

  test("without these parts leaves them as they are, and names each of them once", async () => {
    const { admin } = acme;
    await admin.call("POST /categories", { body: { name: "Billing" } });
    const { teams: _teams, categories: _categories, ...older } = await exported();
    expect((await admin.call("POST /settings/import", { body: older })).status).toBe(200);
    expect(await exported()).toMatchObject({ categories: ["Billing"] });
    const twice = { ...older, categories: ["Refund", "refund"] };
    expect(await admin.call("POST /settings/import", { body: twice })).toMatchObject({
      status: 400,
      body: { code: "validation_failed", errors: [{ path: "categories.1" }] },
    });
    const ghost = { ...older, teams: [{ name: "Ghosts", members: ["nobody@acme.test"] }] };
    expect(await admin.call("POST /settings/import", { body: ghost })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "teams.0.members.0" }] },
    });
  });

  test("is applied wholly or not at all", async () => {
    const file = {
      ...(await exported()),
      clock: CLOCK,
      assignmentRules: [{ name: "Ghosts", target: { members: ["nobody@acme.test"] } }],
    };
    const answer = await acme.admin.call("POST /settings/import", { body: file });
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ path: "assignmentRules.0.target.members.0" }] },
    });
    expect((await acme.admin.call("GET /settings/clock")).body.version).toBe(1);
  });

  async function fill(): Promise<void> {
    const night = {
      name: "Night",
      conditions: { channels: [acme.channelId], customer: "new" },
      target: { members: [acme.agent.id, acme.otherAgent.id] },
      capacity: 3,
    };
    const day = { name: "Day", target: { everyone: true }, mode: "leastBusy" };
    for (const body of [night, day]) await acme.admin.call("POST /assignment-rules", { body });
    await acme.admin.call(`PUT /channels/${acme.channelId}/settings/clock`, {
      body: { reply: CLOCK.reply },
    });
  }

  async function exported(): Promise<Record<string, unknown>> {
    return (await acme.admin.call("GET /settings/export")).body;
  }

  async function rules(): Promise<{ id: string; name: string }[]> {
    const { body } = await acme.admin.call("GET /assignment-rules");
    return body.assignmentRules as { id: string; name: string }[];
  }
});
