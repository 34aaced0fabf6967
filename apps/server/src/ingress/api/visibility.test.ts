import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../../platform/ids.ts";
import {
  createTestApi,
  type TestApi,
  type TestMember,
  type TestTenant,
} from "../../testkit/test-api.ts";

let api: TestApi;
let acme: TestTenant;
let sales: string;
let agent: TestMember;
let other: TestMember;

beforeAll(async () => {
  api = await createTestApi();
});

beforeEach(async () => {
  acme = await api.createTenant("Acme");
  ({ agent, otherAgent: other } = acme);
  const config = { accessToken: "t", appSecret: "s", verifyToken: "v" };
  const phoneNumberId = String(Math.floor(Math.random() * 1e15));
  const created = await acme.admin.call("POST /channels", {
    body: { name: "Sales", config: { ...config, phoneNumberId } },
  });
  sales = String(created.body.id);
});

afterAll(() => api.close());

async function arrives(channelId = acme.channelId): Promise<string> {
  return await acme.customerWrites(newId(), "Hidden words", "Hidden customer", channelId);
}

async function assign(session: string, memberId: string | null): Promise<void> {
  const answer = await acme.supervisor.call(`POST /sessions/${session}/assignee`, {
    body: { memberId },
  });
  expect(answer.status).toBe(200);
}

async function limit(member: TestMember, channelIds: readonly string[] | null): Promise<void> {
  const body = { channelIds };
  const answer = await acme.admin.call(`PUT /members/${member.id}/channels`, { body });
  expect(answer.status).toBe(200);
}

async function listed(member: TestMember, query = "state=all"): Promise<string[]> {
  const found: string[] = [];
  let cursor = "";
  do {
    const { body } = await member.call(`GET /sessions?limit=2&${query}${cursor}`);
    found.push(...(body.sessions as { id: string }[]).map((session) => session.id));
    cursor = body.nextCursor === null ? "" : `&cursor=${body.nextCursor}`;
  } while (cursor !== "");
  return found;
}

/** Whether the member sees the session: in lists of every order, and by itself. */
async function sees(member: TestMember, session: string): Promise<boolean> {
  const { status } = await member.call(`GET /sessions/${session}`);
  for (const sort of ["nextDeadline", "longestWaiting", "newest"]) {
    const isListed = (await listed(member, `state=all&sort=${sort}`)).includes(session);
    expect(isListed, sort).toBe(status === 200);
  }
  return status === 200;
}

describe("an agent sees", () => {
  test("what they hold and what nobody holds, open and closed", async () => {
    const [own, free, foreign] = [await arrives(), await arrives(), await arrives()];
    await assign(own, agent.id);
    await assign(foreign, other.id);
    for (const session of [own, free, foreign]) {
      const expected = session !== foreign;
      expect(await sees(agent, session)).toBe(expected);
      expect(await listed(agent, `ids=${session}`)).toEqual(expected ? [session] : []);
    }
    for (const session of [own, foreign]) {
      await acme.supervisor.call(`POST /sessions/${session}/close`);
    }
    expect(await listed(agent, "state=closed")).toEqual([own]);
    expect(await listed(agent, "state=open")).toEqual([free]);
    expect(await sees(agent, foreign)).toBe(false);
  });

  test("the unassigned of their channels alone, and what they hold on any", async () => {
    const [here, there] = [await arrives(), await arrives(sales)];
    await assign(here, agent.id);
    await limit(agent, [sales]);
    const hidden = await arrives();
    expect(await sees(agent, here)).toBe(true);
    expect(await sees(agent, there)).toBe(true);
    expect(await sees(agent, hidden)).toBe(false);
    const taken = await agent.call(`POST /sessions/${hidden}/take`);
    expect(taken).toMatchObject({ status: 404, body: { code: "session_not_found" } });
    await limit(agent, null);
    expect(await sees(agent, hidden)).toBe(true);
  });

  test("what they support or follow", async () => {
    const [supported, followed] = [await arrives(), await arrives()];
    for (const session of [supported, followed]) await assign(session, other.id);
    await acme.supervisor.call(`PUT /sessions/${supported}/supporters/${agent.id}`);
    await acme.supervisor.call(`PUT /sessions/${followed}/followers/${agent.id}`);
    expect(await sees(agent, supported)).toBe(true);
    expect(await sees(agent, followed)).toBe(true);
    await acme.supervisor.call(`DELETE /sessions/${followed}/followers/${agent.id}`);
    expect(await sees(agent, followed)).toBe(false);
  });

  test("what was taken from them while the customer waits, to read it", async () => {
    const session = await arrives();
    await assign(session, agent.id);
    await assign(session, other.id);
    expect(await sees(agent, session)).toBe(true);
    expect((await agent.call(`GET /sessions/${session}`)).body.may).toEqual(["take", "writeNote"]);
    const reply = { body: { type: "text", text: "Mine" } };
    expect((await agent.call(`POST /sessions/${session}/messages`, reply)).status).toBe(403);
    expect((await agent.call(`GET /sessions/${session}/messages`)).status).toBe(200);
    await other.call(`POST /sessions/${session}/messages`, reply);
    expect(await sees(agent, session)).toBe(false);
  });

  test("pages of it all without a gap or a double", async () => {
    const sessions: string[] = [];
    for (let n = 0; n < 9; n += 1) {
      const session = await arrives(n % 2 === 0 ? sales : acme.channelId);
      await assign(session, [agent.id, other.id, null][n % 3] ?? null);
      if (n % 3 !== 1) sessions.push(session);
      await acme.supervisor.call(`PUT /sessions/${session}/followers/${other.id}`);
      if (n > 5) await acme.supervisor.call(`POST /sessions/${session}/close`);
    }
    const newestFirst = sessions.toReversed();
    expect(await listed(agent, "state=all&sort=newest")).toEqual(newestFirst);
    expect((await listed(agent, "state=all")).toSorted()).toEqual(sessions.toSorted());
    expect(await listed(other, "state=all")).toHaveLength(9);
    const none = await listed(agent, "state=all&sort=newest&assignee=none");
    expect(none).toHaveLength(3);
    expect(await listed(agent, `state=all&assignee=${other.id}`)).toEqual([]);
    expect(await listed(agent, "state=all&text=hidden%20words&sort=newest")).toEqual(newestFirst);
  });
});

describe("a session that an agent doesn't see", () => {
  test("is in no list and in no search", async () => {
    const session = await arrives();
    await assign(session, other.id);
    for (const query of ["", "?text=hidden", `?channel=${acme.channelId}`, "?state=all"]) {
      const { text } = await agent.call(`GET /sessions${query}`);
      expect(text).not.toContain(session);
      expect(text).not.toContain("Hidden");
    }
  });

  test("says who took it, to one who could have taken it a moment ago", async () => {
    const session = await arrives();
    expect((await other.call(`POST /sessions/${session}/take`)).status).toBe(200);
    const late = await agent.call(`POST /sessions/${session}/take`);
    expect(late).toMatchObject({
      status: 409,
      body: { code: "already_taken", detail: "Already taken by Bob Acme." },
    });
    await limit(agent, [sales]);
    expect((await agent.call(`POST /sessions/${session}/take`)).status).toBe(404);
  });
});

test("who was made an agent a moment ago sees as one, whatever their token still says", async () => {
  const session = await arrives();
  await assign(session, other.id);
  expect(await sees(acme.supervisor, session)).toBe(true);
  const path = `/members/${acme.supervisor.id}`;
  await acme.admin.call(`PATCH ${path}`, { body: { role: "agent" } });
  expect(await sees(acme.supervisor, session)).toBe(false);
  const closed = await acme.supervisor.call(`POST /sessions/${session}/close`);
  expect(closed).toMatchObject({ status: 404, body: { code: "session_not_found" } });
  await acme.admin.call(`PUT /sessions/${session}/followers/${acme.supervisor.id}`);
  expect((await acme.supervisor.call(`POST /sessions/${session}/close`)).status).toBe(403);
  await acme.admin.call(`PATCH ${path}`, { body: { role: "supervisor" } });
  expect((await acme.supervisor.call(`POST /sessions/${session}/close`)).status).toBe(200);
});

test("supervisors and admins see everything, whatever limits are set for them", async () => {
  const session = await arrives();
  await assign(session, other.id);
  for (const member of [acme.supervisor, acme.admin]) {
    await limit(member, [sales]);
    expect(await sees(member, session)).toBe(true);
  }
});
