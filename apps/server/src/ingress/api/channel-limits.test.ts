import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../../platform/ids.ts";
import { createTestApi, type TestApi, type TestTenant } from "../../testkit/test-api.ts";

const api: TestApi = await createTestApi();
let acme: TestTenant;
let sales: string;

beforeEach(async () => {
  acme = await api.createTenant("Acme");
  const config = { accessToken: "t", appSecret: "s", verifyToken: "v" };
  const phoneNumberId = String(Math.floor(Math.random() * 1e15));
  const created = await acme.admin.call("POST /channels", {
    body: { name: "Sales", config: { ...config, phoneNumberId } },
  });
  sales = String(created.body.id);
});

afterAll(() => api.close());

async function limit(path: string, channelIds: readonly string[] | null) {
  return await acme.admin.call(`PUT ${path}/channels`, { body: { channelIds } });
}

/** Who gets a session of this channel by a rule for everybody, and why not the others. */
async function routed(channelId: string) {
  const session = await acme.customerWrites(newId(), "Hello", "Lan", channelId);
  const { body } = await acme.admin.call(`GET /sessions/${session}`);
  const timeline = await api.deps.db.query<{ explanation: Record<string, unknown> }>(
    "select explanation from timeline where session_id = $1 and kind = 'assigned'",
    [session],
  );
  const candidates = Object(timeline[0]?.explanation.routed).candidates;
  return { to: body.assigneeId, verdicts: new Map(candidates?.map(pairOf)) };
}

function pairOf(candidate: { readonly memberId: string; readonly verdict: string }) {
  return [candidate.memberId, candidate.verdict] as const;
}

async function ruleForBoth() {
  const members = [acme.agent.id, acme.otherAgent.id];
  const body = { name: "Both", target: { members }, onlineOnly: false };
  await acme.admin.call("POST /assignment-rules", { body });
}

describe("access limited to channels", () => {
  test("keeps sessions of other channels from an agent, by rules and by hand", async () => {
    await ruleForBoth();
    const limited = await limit(`/members/${acme.agent.id}`, [sales]);
    expect(limited).toMatchObject({ status: 200, body: { channelIds: [sales] } });
    for (const _ of ["first", "second"]) {
      const { to, verdicts } = await routed(acme.channelId);
      expect(to).toBe(acme.otherAgent.id);
      expect(verdicts.get(acme.agent.id)).toBe("no access to this channel");
    }
    expect((await routed(sales)).to).toBe(acme.agent.id);
    const session = await acme.customerWrites("4917");
    const byHand = await acme.admin.call(`POST /sessions/${session}/assignee`, {
      body: { memberId: acme.agent.id },
    });
    expect(byHand).toMatchObject({ status: 409, body: { code: "channel_not_reached" } });
  });

  test("shows an agent the channels that they reach, and nobody's credentials", async () => {
    const whole = await acme.supervisor.call("GET /me/channels");
    expect(whole.body.channels).toHaveLength(2);
    await limit(`/members/${acme.agent.id}`, [sales]);
    const { body } = await acme.agent.call("GET /me/channels");
    expect(body.channels).toEqual([
      {
        ...{ id: sales, kind: "whatsapp", name: expect.any(String) },
        limits: {
          ...{ maxTextLength: 4_096, windowMs: 86_400_000, windowMarginMs: 120_000 },
          templates: true,
        },
      },
    ]);
  });

  test("by a team holds for its agents, and adds to what they reach by themselves", async () => {
    await ruleForBoth();
    const { body: team } = await acme.admin.call("POST /teams", {
      body: { name: "Sales", memberIds: [acme.agent.id] },
    });
    expect((await limit(`/teams/${team.id}`, [sales])).body).toEqual({
      ...team,
      channelIds: [sales],
    });
    expect((await routed(acme.channelId)).to).toBe(acme.otherAgent.id);
    await limit(`/members/${acme.agent.id}`, [acme.channelId]);
    expect((await routed(acme.channelId)).to).toBe(acme.agent.id);
    expect((await routed(sales)).to).toBe(acme.otherAgent.id);
    expect((await routed(sales)).to).toBe(acme.agent.id);
  });

  test("ends with null, and with the team that set it", async () => {
    await ruleForBoth();
    const { body: team } = await acme.admin.call("POST /teams", {
      body: { name: "Sales", memberIds: [acme.agent.id] },
    });
    await limit(`/teams/${team.id}`, [sales]);
    await limit(`/members/${acme.otherAgent.id}`, [sales]);
    expect((await routed(acme.channelId)).to).toBeNull();
    expect((await limit(`/members/${acme.otherAgent.id}`, null)).body.channelIds).toBeNull();
    expect((await routed(acme.channelId)).to).toBe(acme.otherAgent.id);
    await acme.admin.call(`DELETE /teams/${team.id}`);
    expect((await routed(acme.channelId)).to).toBe(acme.agent.id);
  });

  test("holds for agents alone", async () => {
    await limit(`/members/${acme.supervisor.id}`, [sales]);
    const session = await acme.customerWrites("4917");
    const byHand = await acme.admin.call(`POST /sessions/${session}/assignee`, {
      body: { memberId: acme.supervisor.id },
    });
    expect(byHand.body.assigneeId).toBe(acme.supervisor.id);
  });

  test("names channels of the business, and somebody of it", async () => {
    const ghost = await limit(`/members/${acme.agent.id}`, [sales, newId()]);
    expect(ghost).toMatchObject({ status: 400, body: { errors: [{ path: "channelIds.1" }] } });
    expect((await limit(`/members/${acme.agent.id}`, [])).status).toBe(400);
    expect(await limit(`/members/${newId()}`, null)).toMatchObject({
      status: 404,
      body: { code: "member_not_found" },
    });
    expect(await limit(`/teams/${newId()}`, null)).toMatchObject({
      status: 404,
      body: { code: "team_not_found" },
    });
  });

  test("lets whoever was invited read and help, and take nothing", async () => {
    await limit(`/members/${acme.agent.id}`, [sales]);
    const session = await acme.customerWrites(newId());
    const path = `/sessions/${session}`;
    const mention = { text: "Ann, look", mentions: [acme.agent.id] };
    expect((await acme.otherAgent.call(`POST ${path}/notes`, { body: mention })).status).toBe(201);
    expect((await acme.agent.call(`GET ${path}`)).status).toBe(200);
    expect(await acme.agent.call(`POST ${path}/take`)).toMatchObject({
      status: 409,
      body: { code: "channel_not_reached" },
    });
    const acts: [string, unknown?][] = [
      ["close", {}],
      ["snooze", { until: null }],
      ["transfer", { to: { queue: true }, note: null }],
      ["messages", { type: "text", text: "Mine now" }],
    ];
    for (const [act, body] of acts) {
      const answer = await acme.agent.call(`POST ${path}/${act}`, { body });
      expect(answer, act).toMatchObject({ status: 403, body: { code: "not_allowed" } });
    }
    await acme.otherAgent.call(`PUT ${path}/supporters/${acme.agent.id}`);
    const reply = { body: { type: "text", text: "We are here" } };
    expect(await acme.agent.call(`POST ${path}/messages`, reply)).toMatchObject({
      status: 409,
      body: { code: "channel_not_reached" },
    });
    await acme.otherAgent.call(`POST ${path}/take`);
    expect((await acme.agent.call(`POST ${path}/messages`, reply)).status).toBe(201);
    const { body: now } = await acme.admin.call(`GET ${path}`);
    expect(now.assigneeId).toBe(acme.otherAgent.id);
  });

  test("is set by admins, told live and audited", async () => {
    const path = `/members/${acme.agent.id}/channels`;
    const body = { channelIds: [sales] };
    expect((await acme.supervisor.call(`PUT ${path}`, { body })).status).toBe(403);
    await acme.admin.call(`PUT ${path}`, { body });
    const [event] = await api.deps.db.query<{ payload: unknown }>(
      `select payload::json->'member' as payload from events
       where account_id = $1 and type = 'member.updated' order by id desc limit 1`,
      [acme.accountId],
    );
    expect(event?.payload).toMatchObject({ id: acme.agent.id, channelIds: [sales] });
    const { body: log } = await acme.admin.call(`GET /audit-log?subject=${acme.agent.id}&limit=1`);
    expect(log.entries).toMatchObject([
      { act: "member.channelsChanged", before: { channelIds: null }, after: body },
    ]);
  });
});
