import { describe, expect, test } from "vitest";
import { newId } from "../../platform/ids.ts";
import { eachWithTakenSession } from "../../testkit/taken-session.ts";
import type { TestApi, TestMember, TestTenant } from "../../testkit/test-api.ts";

let api: TestApi;
let acme: TestTenant;
let session: string;
let phone: string;

eachWithTakenSession((taken) => {
  ({ api, acme, session, phone } = taken);
});

function put(by: TestMember, role: "supporters" | "followers", whom: TestMember | string) {
  const id = typeof whom === "string" ? whom : whom.id;
  return by.call(`PUT /sessions/${session}/${role}/${id}`);
}

describe("supporters", () => {
  test("one who was invited may write to the customer, and may neither assign nor close", async () => {
    const invited = await put(acme.agent, "supporters", acme.otherAgent);
    expect(invited).toMatchObject({
      status: 200,
      body: { supporters: [{ memberId: acme.otherAgent.id, addedById: acme.agent.id }] },
    });
    const hello = { body: { type: "text", text: "Hello" } };
    const written = await acme.otherAgent.call(`POST /sessions/${session}/messages`, hello);
    expect(written.status).toBe(201);
    for (const [act, body] of [
      ["assignee", { memberId: null }],
      ["close", {}],
    ] as const) {
      const answer = await acme.otherAgent.call(`POST /sessions/${session}/${act}`, { body });
      expect(answer).toMatchObject({ status: 403, body: { code: "not_allowed" } });
    }
  });

  test("an agent can't invite themself into a session that somebody else holds", async () => {
    const hidden = await put(acme.otherAgent, "supporters", acme.otherAgent);
    expect(hidden).toMatchObject({ status: 404, body: { code: "session_not_found" } });
    await put(acme.agent, "followers", acme.otherAgent);
    const answer = await put(acme.otherAgent, "supporters", acme.otherAgent);
    expect(answer).toMatchObject({ status: 403, body: { code: "not_allowed" } });
  });

  test("a supporter leaves by themself, and the timeline says both", async () => {
    await put(acme.supervisor, "supporters", acme.otherAgent);
    const left = await acme.otherAgent.call(
      `DELETE /sessions/${session}/supporters/${acme.otherAgent.id}`,
    );
    expect(left).toMatchObject({ status: 200, body: { supporters: [] } });
    const { body } = await acme.agent.call(`GET /sessions/${session}/timeline`);
    const sentences = (body.entries as { sentence: string }[]).map((entry) => entry.sentence);
    expect(sentences).toEqual(
      expect.arrayContaining(["Bob Acme was invited by Sue Acme.", "Bob Acme no longer helps."]),
    );
    const after = await acme.otherAgent.call(`POST /sessions/${session}/messages`, {
      body: { type: "text", text: "Hello" },
    });
    expect(after.status).toBe(404);
  });

  test("who is invited is notified, until they no longer help", async () => {
    const invitations = async () => {
      const { body } = await acme.otherAgent.call("GET /notifications");
      const all = body.notifications as { sessionId: string; kind: string; withdrawnAt: unknown }[];
      return all.filter((each) => each.sessionId === session && each.kind === "invited");
    };
    await put(acme.agent, "supporters", acme.otherAgent);
    await put(acme.agent, "supporters", acme.otherAgent);
    expect(await invitations()).toMatchObject([{ withdrawnAt: null }]);
    await acme.agent.call(`DELETE /sessions/${session}/supporters/${acme.otherAgent.id}`);
    const [invitation] = await invitations();
    expect(invitation?.withdrawnAt).not.toBeNull();
    await put(acme.agent, "supporters", acme.otherAgent);
    expect(await invitations()).toHaveLength(2);
  });

  test("nobody is invited who is not there", async () => {
    expect(await put(acme.agent, "supporters", newId())).toMatchObject({
      status: 404,
      body: { code: "member_not_found" },
    });
  });
});

describe("followers", () => {
  test("who only reads it for a while can't keep it in sight, nor show it to others", async () => {
    // Handed on: they read it while the customer waits.
    await acme.supervisor.call(`POST /sessions/${session}/assignee`, {
      body: { memberId: acme.otherAgent.id },
    });
    expect((await acme.agent.call(`GET /sessions/${session}`)).status).toBe(200);
    expect((await put(acme.agent, "followers", acme.agent)).status).toBe(403);
    const carl = await acme.admin.call("POST /members", {
      body: { email: `carl.${phone}@acme.test`, name: "Carl", role: "agent" },
    });
    const { id } = carl.body.member as { id: string };
    const note = (mentioned: string) =>
      acme.agent.call(`POST /sessions/${session}/notes`, {
        body: { text: "Look", mentions: [mentioned] },
      });
    expect(await note(id)).toMatchObject({ status: 403, body: { code: "not_allowed" } });
    expect((await note(acme.supervisor.id)).status).toBe(201);
  });

  test("nobody keeps in sight what nobody holds: whoever gets it chooses who watches", async () => {
    const free = await acme.customerWrites(`${phone}9`);
    for (const role of ["followers", "supporters"]) {
      const self = `PUT /sessions/${free}/${role}/${acme.otherAgent.id}`;
      expect(await acme.otherAgent.call(self)).toMatchObject({
        status: 403,
        body: { code: "not_allowed" },
      });
    }
    const by = `PUT /sessions/${free}/followers/${acme.supervisor.id}`;
    expect((await acme.supervisor.call(by)).status).toBe(200);
  });

  test("whoever holds it follows by themself; only who works on it lets others follow", async () => {
    expect(await put(acme.agent, "followers", acme.agent)).toMatchObject({
      status: 200,
      body: { followers: [{ memberId: acme.agent.id }] },
    });
    await put(acme.agent, "followers", acme.otherAgent);
    expect((await put(acme.otherAgent, "followers", acme.admin)).status).toBe(403);
    expect((await put(acme.agent, "followers", acme.admin)).status).toBe(200);
  });

  test("and supporters find what they joined in a list of their own", async () => {
    await put(acme.otherAgent, "followers", acme.otherAgent);
    const sessions = async (by: TestMember, joined = true) =>
      (
        (await by.call(`GET /sessions?joined=${joined}&limit=100`)).body.sessions as {
          id: string;
        }[]
      ).map(({ id }) => id);
    // One cannot follow what one doesn't see.
    expect(await sessions(acme.otherAgent)).not.toContain(session);
    await put(acme.agent, "supporters", acme.otherAgent);
    expect(await sessions(acme.otherAgent)).toContain(session);
    expect(await sessions(acme.otherAgent, false)).not.toContain(session);
    expect(await sessions(acme.supervisor, false)).toContain(session);
    expect(await sessions(acme.supervisor)).not.toContain(session);
  });

  test("a follower who is invited becomes a supporter, and following again takes nothing away", async () => {
    await put(acme.agent, "followers", acme.otherAgent);
    await put(acme.agent, "supporters", acme.otherAgent);
    const again = await put(acme.otherAgent, "followers", acme.otherAgent);
    expect(again.body).toMatchObject({
      supporters: [{ memberId: acme.otherAgent.id }],
      followers: [],
    });
  });
});

describe("whoever watches a session", () => {
  interface News {
    readonly id: string;
    readonly readAt: string | null;
    readonly withdrawnAt: string | null;
  }

  async function newsOf(member: TestMember): Promise<News[]> {
    const { body } = await member.call("GET /notifications?kind=newMessage");
    const all = body.notifications as (News & { sessionId: string })[];
    return all.filter((each) => each.sessionId === session);
  }

  const writes = (text: string) => acme.customerWrites(String(phone), text);

  test("is told that the customer wrote, once until they have read it", async () => {
    await put(acme.agent, "supporters", acme.otherAgent);
    await put(acme.supervisor, "followers", acme.supervisor);
    await writes("Hello?");
    await writes("Anybody?");
    for (const member of [acme.otherAgent, acme.supervisor]) {
      expect(await newsOf(member)).toMatchObject([{ readAt: null, withdrawnAt: null }]);
    }
    expect(await newsOf(acme.agent)).toEqual([]);
    await acme.otherAgent.call(`POST /sessions/${session}/read`);
    const [first] = await newsOf(acme.supervisor);
    await acme.supervisor.call(`POST /notifications/${first?.id}/read`);
    await writes("Still there?");
    for (const member of [acme.otherAgent, acme.supervisor]) {
      const read = (await newsOf(member)).map(({ readAt }) => readAt !== null);
      expect(read.toSorted()).toEqual([false, true]);
    }
  });

  test("is told neither of replies nor of notes", async () => {
    await put(acme.supervisor, "followers", acme.supervisor);
    await acme.agent.call(`POST /sessions/${session}/messages`, {
      body: { type: "text", text: "Hello" },
    });
    await acme.agent.call(`POST /sessions/${session}/notes`, { body: { text: "Calls back" } });
    expect(await newsOf(acme.supervisor)).toEqual([]);
  });

  test("hears nothing more once they watch it no longer", async () => {
    await put(acme.supervisor, "followers", acme.supervisor);
    await writes("Hello?");
    await acme.supervisor.call(`DELETE /sessions/${session}/followers/${acme.supervisor.id}`);
    await writes("Anybody?");
    expect(await newsOf(acme.supervisor)).toMatchObject([{ withdrawnAt: expect.any(String) }]);
  });

  test("keeps it unread while there is more to read", async () => {
    await put(acme.supervisor, "followers", acme.supervisor);
    const { messages } = (await acme.agent.call(`GET /sessions/${session}/messages`)).body;
    const throughMessageId = (messages as { id: string }[]).at(-1)?.id;
    await writes("One more thing");
    await acme.supervisor.call(`POST /sessions/${session}/read`, { body: { throughMessageId } });
    expect(await newsOf(acme.supervisor)).toMatchObject([{ readAt: null }]);
  });
});

test("what was fetched before and the events after it give what is fetched then", async () => {
  const before = (await acme.agent.call(`GET /sessions/${session}`)).body;
  await put(acme.agent, "supporters", acme.otherAgent);
  await put(acme.supervisor, "followers", acme.supervisor);
  await acme.agent.call(`DELETE /sessions/${session}/supporters/${acme.otherAgent.id}`);
  const events = await api.deps.db.query<{ payload: string }>(
    "select payload from events where session_id = $1 and type = 'session.updated' order by id",
    [session],
  );
  expect(events).toHaveLength(3);
  const laid = Object.assign({}, before, ...events.map(({ payload }) => JSON.parse(payload)));
  expect((await acme.agent.call(`GET /sessions/${session}`)).body).toEqual(laid);
});

test("a session takes twenty supporters", async () => {
  await api.deps.db.query(
    `insert into session_people select $1, $2, gen_random_uuid(), 'supporter', $3, now_ms()
     from generate_series(1, 20)`,
    [acme.accountId, session, acme.agent.id],
  );
  expect(await put(acme.agent, "supporters", acme.otherAgent)).toMatchObject({
    status: 409,
    body: { code: "too_many_people" },
  });
});
