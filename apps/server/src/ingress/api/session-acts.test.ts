import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { assignSession, markNoReplyNeeded, snoozeSession } from "../../actions/act-on-session.ts";
import { closeSession } from "../../actions/close-session.ts";
import { sendReply } from "../../actions/send-reply.ts";
import { addSessionPerson } from "../../actions/session-people.ts";
import { tagSession } from "../../actions/tag-session.ts";
import { transferSession } from "../../actions/transfer-session.ts";
import { newId } from "../../platform/ids.ts";
import { createTestApi, type TestApi, type TestTenant } from "../../testkit/test-api.ts";

let api: TestApi;
let acme: TestTenant;
let session: string;
let phone = 49_170_000;

beforeAll(async () => {
  api = await createTestApi();
  acme = await api.createTenant("Acme");
});

afterAll(() => api.close());

beforeEach(async () => {
  phone += 1;
  session = await acme.customerWrites(String(phone));
});

describe("taking and assigning", () => {
  test("of two who take a session, the second learns who was first", async () => {
    const answers = await Promise.all([
      acme.agent.call(`POST /sessions/${session}/take`),
      acme.otherAgent.call(`POST /sessions/${session}/take`),
    ]);
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 409]);
    const taken = answers.find((answer) => answer.status === 200);
    const refused = answers.find((answer) => answer.status === 409);
    const winner = taken?.body.assigneeId === acme.agent.id ? "Ann Acme" : "Bob Acme";
    expect(refused?.body).toMatchObject({
      code: "already_taken",
      detail: `Already taken by ${winner}.`,
    });
  });

  test("a session is given to a member and back to the queue", async () => {
    const given = await assign(acme.agent.id);
    expect(given).toMatchObject({ status: 200, body: { assigneeId: acme.agent.id } });
    const back = await assign(null);
    expect(back).toMatchObject({ status: 200, body: { assigneeId: null, assignedAt: null } });
  });

  test("nobody can be assigned who is not there", async () => {
    expect(await assign(newId())).toMatchObject({
      status: 404,
      body: { code: "member_not_found" },
    });
  });

  async function assign(memberId: string | null) {
    return await acme.supervisor.call(`POST /sessions/${session}/assignee`, { body: { memberId } });
  }
});

describe("what is theirs no more when their request gets its turn", () => {
  test("agents neither close, snooze, answer, give away nor tag", async () => {
    const { agent, otherAgent, accountId } = acme;
    expect((await otherAgent.call(`POST /sessions/${session}/take`)).status).toBe(200);
    await acme.supervisor.call(`PUT /sessions/${session}/followers/${agent.id}`);
    const by = { accountId, id: agent.id, role: "agent", name: "Ann", email: agent.email } as const;
    // As after the door let them through, and before they got the session's lock.
    const on = { accountId, sessionId: session, by };
    const { deps } = api;
    const acts = {
      close: () => closeSession(deps, { ...on, reason: null, sendMessage: false }),
      snooze: () => snoozeSession(deps, { ...on, until: null }),
      answer: () => sendReply(deps, { ...on, body: { type: "text", text: "x" } }),
      assign: () => assignSession(deps, { ...on, to: null }),
      transfer: () => transferSession(deps, { ...on, to: { queue: true }, note: null }),
      end: () => markNoReplyNeeded(deps, on),
      tag: () => tagSession(deps, { ...on, tags: [] }),
      invite: () => addSessionPerson(deps, { ...on, memberId: agent.id, role: "supporter" }),
    };
    for (const [name, act] of Object.entries(acts)) {
      await expect(act(), name).rejects.toMatchObject({ code: "not_allowed" });
    }
    const { body } = await otherAgent.call(`GET /sessions/${session}`);
    expect(body).toMatchObject({ state: "open", assigneeId: otherAgent.id, supporters: [] });
  });
});

describe("transferring", () => {
  async function team(...members: { id: string }[]): Promise<string> {
    const name = `Billing ${phone}`;
    const memberIds = members.map((member) => member.id);
    const answer = await acme.admin.call("POST /teams", { body: { name, memberIds } });
    return String(answer.body.id);
  }

  async function transfer(body: unknown) {
    return await acme.agent.call(`POST /sessions/${session}/transfer`, { body });
  }

  test("hands the session over with a note, which whoever gets it can read", async () => {
    const note = { text: "Wants a refund", mentions: [acme.otherAgent.id] };
    const given = await transfer({ to: { member: acme.otherAgent.id }, note });
    expect(given).toMatchObject({ status: 200, body: { assigneeId: acme.otherAgent.id } });
    const { body } = await acme.otherAgent.call(`GET /sessions/${session}/messages`);
    expect(body.messages).toMatchObject([
      { kind: "inbound" },
      { kind: "note", content: { text: "Wants a refund" } },
    ]);
  });

  test("to a team of which nobody is online puts it into that team's line", async () => {
    const billing = await team(acme.otherAgent);
    const given = await transfer({ to: { team: billing } });
    expect(given).toMatchObject({ status: 200, body: { assigneeId: null, teamId: billing } });
    const { body } = await acme.supervisor.call(`GET /sessions?team=${billing}`);
    expect(body.sessions).toMatchObject([{ id: session, teamId: billing }]);
    const back = await acme.supervisor.call(`POST /sessions/${session}/transfer`, {
      body: { to: { queue: true } },
    });
    expect(back.body).toMatchObject({ assigneeId: null, teamId: null });
    const entries = (await acme.supervisor.call(`GET /sessions/${session}/timeline`)).body;
    const said = (entries.entries as { sentence: string }[]).map((entry) => entry.sentence);
    expect(said).toContain(`Transferred to the team Billing ${phone} by Ann Acme.`);
  });

  test("is told in the reader's language, with the times of their zone", async () => {
    await transfer({ to: { team: await team(acme.otherAgent) } });
    const timeline = `GET /sessions/${session}/timeline`;
    const read = async (route: string, language: string) => {
      const headers = { "accept-language": language };
      const { body } = await acme.supervisor.call(route, { headers });
      return (body.entries as { kind: string; sentence: string }[]).map(({ sentence }) => sentence);
    };
    expect(await read(timeline, "vi-VN,en;q=0.5")).toContain(
      `Ann Acme chuyển cho nhóm Billing ${phone}.`,
    );
    const english = await read(timeline, "de,en;q=0.5");
    expect(english).toContain(`Transferred to the team Billing ${phone} by Ann Acme.`);
    expect(english.at(-1)).toMatch(/^Opened by the customer's message at .* UTC\.$/);
    const local = await read(`${timeline}?timeZone=Asia/Ho_Chi_Minh`, "en");
    expect(local.at(-1)).toMatch(
      /^Opened by the customer's message at \d\d:\d\d:\d\d(\.\d{3})?\.$/,
    );
    const nowhere = await acme.supervisor.call(`${timeline}?timeZone=Nowhere/At-All`);
    expect(nowhere.body).toMatchObject({ code: "validation_failed" });
  });

  test("to nobody, to nowhere or to two at once is refused, and leaves no note", async () => {
    const note = { text: "Never left" };
    for (const [to, code] of [
      [{ team: newId() }, "team_not_found"],
      [{ member: newId() }, "member_not_found"],
      [{ member: acme.agent.id, queue: true }, "validation_failed"],
    ] as const) {
      expect((await transfer({ to, note })).body).toMatchObject({ code });
    }
    const { body } = await acme.agent.call(`GET /sessions/${session}/messages`);
    expect(body.messages).toMatchObject([{ kind: "inbound" }]);
  });
});

describe("agents", () => {
  test.each([
    ["assignee", { memberId: null }],
    ["no-reply-needed", undefined],
    ["transfer", { to: { queue: true } }],
    ["close", {}],
    ["reopen", undefined],
    ["snooze", { until: null }],
    ["messages", { type: "text", text: "Hello" }],
  ])("may not do %s to a session that they follow and somebody else holds", async (act, body) => {
    await acme.otherAgent.call(`POST /sessions/${session}/take`);
    await acme.otherAgent.call(`PUT /sessions/${session}/followers/${acme.agent.id}`);
    const answer = await acme.agent.call(`POST /sessions/${session}/${act}`, { body });
    expect(answer).toMatchObject({ status: 403, body: { code: "not_allowed" } });
  });

  test("may do it to a session that nobody holds", async () => {
    const answer = await acme.agent.call(`POST /sessions/${session}/no-reply-needed`);
    expect(answer).toMatchObject({ status: 200, body: { turn: "customer", wait: null } });
  });
});

describe("closing and what follows", () => {
  test("a person closes with a reason, and a person reopens", async () => {
    const closed = await acme.agent.call(`POST /sessions/${session}/close`, {
      body: { reason: "Solved by phone", sendMessage: false },
    });
    expect(closed.body).toMatchObject({
      state: "closed",
      turn: null,
      closed: { kind: "member", memberId: acme.agent.id, reason: "Solved by phone" },
    });
    const again = await acme.agent.call(`POST /sessions/${session}/close`);
    expect(again).toMatchObject({ status: 409, body: { code: "session_closed" } });
    const reopened = await acme.agent.call(`POST /sessions/${session}/reopen`);
    expect(reopened.body).toMatchObject({ state: "open", closed: null });
    const twice = await acme.agent.call(`POST /sessions/${session}/reopen`);
    expect(twice).toMatchObject({ status: 409, body: { code: "session_open" } });
  });

  test("a session is snoozed until a time, and woken", async () => {
    await acme.agent.call(`POST /sessions/${session}/no-reply-needed`);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const snoozed = await snooze(until);
    expect(snoozed.body).toMatchObject({ snoozedUntilAt: until, deadlines: { wakeAt: until } });
    expect((await snooze(null)).body).toMatchObject({ snoozedUntilAt: null });
  });

  test("a snooze ends in the future and within a year", async () => {
    await acme.agent.call(`POST /sessions/${session}/no-reply-needed`);
    for (const until of ["2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z", "tomorrow"]) {
      const answer = await snooze(until);
      expect(answer).toMatchObject({ status: 400, body: { code: "validation_failed" } });
    }
  });

  async function snooze(until: string | null) {
    return await acme.agent.call(`POST /sessions/${session}/snooze`, { body: { until } });
  }
});
