import { describe, expect, test } from "vitest";
import { changeNote, leaveNote, removeNote } from "../../actions/leave-note.ts";
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

async function leave(by: TestMember, text: string, mentions: readonly string[] = []) {
  return await by.call(`POST /sessions/${session}/notes`, { body: { text, mentions } });
}

async function read(): Promise<Record<string, unknown>> {
  return (await acme.agent.call(`GET /sessions/${session}`)).body;
}

async function mentionsOf(member: TestMember) {
  const { body } = await member.call("GET /notifications");
  const all = body.notifications as { kind: string; sessionId: string; withdrawnAt: unknown }[];
  return all.filter((each) => each.kind === "mention" && each.sessionId === session);
}

test("whoever lost sight of a session a moment ago leaves, changes and deletes no note in it", async () => {
  await acme.agent.call(`PUT /sessions/${session}/followers/${acme.otherAgent.id}`);
  const messageId = String((await leave(acme.otherAgent, "Mine")).body.id);
  await acme.agent.call(`DELETE /sessions/${session}/followers/${acme.otherAgent.id}`);
  const { accountId } = acme;
  const by = { accountId, id: acme.otherAgent.id, role: "agent", name: "", email: "" } as const;
  const on = { accountId, sessionId: session, by };
  const note = { text: "Late", mentions: [] };
  const unseen = { code: "session_not_found" };
  await expect(leaveNote(api.deps, { ...on, ...note })).rejects.toMatchObject(unseen);
  await expect(changeNote(api.deps, { ...on, messageId, ...note })).rejects.toMatchObject(unseen);
  await expect(removeNote(api.deps, { ...on, messageId })).rejects.toMatchObject(unseen);
});

describe("a note", () => {
  test("stays inside, in its place in the thread, and moves no clock", async () => {
    const before = await read();
    const note = await leave(acme.agent, "Calls back at five");
    expect(note).toMatchObject({
      status: 201,
      body: { kind: "note", authorId: acme.agent.id, delivery: null, waitNumber: null },
    });
    expect(await read()).toEqual({
      ...before,
      lastMessageAt: note.body.createdAt,
      preview: expect.objectContaining({ kind: "note", messageId: note.body.id }),
    });
    await acme.customerWrites(phone, "Still there?");
    const { body } = await acme.agent.call(`GET /sessions/${session}/messages`);
    const kinds = (body.messages as { kind: string }[]).map((message) => message.kind);
    expect(kinds).toEqual(["inbound", "note", "inbound"]);
  });

  test("may be left by a colleague who doesn't hold the session, and after the close", async () => {
    const follower = `/sessions/${session}/followers/${acme.otherAgent.id}`;
    await acme.agent.call(`PUT ${follower}`);
    expect((await leave(acme.otherAgent, "I know this one")).status).toBe(201);
    await acme.agent.call(`POST /sessions/${session}/close`);
    expect((await leave(acme.agent, "It was solved by phone")).status).toBe(201);
  });

  test("that is sent twice with one key is one note", async () => {
    const call = () =>
      acme.agent.call(`POST /sessions/${session}/notes`, {
        body: { text: "Once", mentions: [acme.otherAgent.id] },
        headers: { "idempotency-key": `note-${session}` },
      });
    const [one, other] = await Promise.all([call(), call()]);
    expect(other?.body).toEqual(one?.body);
    expect(await mentionsOf(acme.otherAgent)).toHaveLength(1);
  });

  test("is changed and deleted by its writer alone", async () => {
    const { id } = (await leave(acme.agent, "Calls bakc at five")).body;
    const path = `/sessions/${session}/notes/${id}`;
    const changed = await acme.agent.call(`PATCH ${path}`, {
      body: { text: "Calls back at five" },
    });
    expect(changed).toMatchObject({
      status: 200,
      body: { content: { type: "text", text: "Calls back at five" }, deletedAt: null },
    });
    expect(changed.body.editedAt).not.toBeNull();
    const foreign = await acme.admin.call(`PATCH ${path}`, { body: { text: "Mine now" } });
    expect(foreign).toMatchObject({ status: 403, body: { code: "not_allowed" } });
    expect((await acme.supervisor.call(`DELETE ${path}`)).status).toBe(403);
    expect((await acme.agent.call(`DELETE ${path}`)).status).toBe(204);
    const again = await acme.agent.call(`DELETE ${path}`);
    expect(again).toMatchObject({ status: 404, body: { code: "note_not_found" } });
    const { body } = await acme.agent.call(`GET /sessions/${session}/messages`);
    expect((body.messages as unknown[]).at(-1)).toMatchObject({ content: { text: "" } });
  });

  test("is nothing that a customer's message could be made into", async () => {
    const { body } = await acme.agent.call(`GET /sessions/${session}/messages`);
    const [asked] = body.messages as { id: string }[];
    const answer = await acme.agent.call(`PATCH /sessions/${session}/notes/${asked?.id}`, {
      body: { text: "Never said so" },
    });
    expect(answer).toMatchObject({ status: 404, body: { code: "note_not_found" } });
  });
});

describe("a mention", () => {
  test("notifies once and lets the colleague follow the session", async () => {
    const bob = acme.otherAgent;
    await leave(acme.agent, "Can you look, Bob?", [bob.id, bob.id]);
    expect(await mentionsOf(bob)).toMatchObject([{ withdrawnAt: null }]);
    expect(await read()).toMatchObject({
      followers: [{ memberId: bob.id, addedById: acme.agent.id }],
    });
    expect(await mentionsOf(acme.supervisor)).toEqual([]);
  });

  test("of oneself tells nobody", async () => {
    await leave(acme.agent, "Note to me", [acme.agent.id]);
    expect(await mentionsOf(acme.agent)).toEqual([]);
    expect(await read()).toMatchObject({ followers: [] });
  });

  test("is withdrawn when the note names somebody else, or goes", async () => {
    const { id } = (await leave(acme.agent, "Who knows?", [acme.otherAgent.id])).body;
    const path = `/sessions/${session}/notes/${id}`;
    await acme.agent.call(`PATCH ${path}`, {
      body: { text: "Who knows?", mentions: [acme.supervisor.id] },
    });
    const [bobs] = await mentionsOf(acme.otherAgent);
    expect(bobs?.withdrawnAt).not.toBeNull();
    expect(await mentionsOf(acme.supervisor)).toMatchObject([{ withdrawnAt: null }]);
    await acme.agent.call(`DELETE ${path}`);
    const [sues] = await mentionsOf(acme.supervisor);
    expect(sues?.withdrawnAt).not.toBeNull();
  });

  test("of somebody who isn't there is refused, and says whom", async () => {
    const answer = await leave(acme.agent, "Anybody?", [acme.otherAgent.id, newId()]);
    expect(answer).toMatchObject({
      status: 400,
      body: { code: "validation_failed", errors: [{ path: "mentions.1" }] },
    });
    expect(await mentionsOf(acme.otherAgent)).toEqual([]);
    const many = Array.from({ length: 21 }, () => acme.otherAgent.id);
    expect((await leave(acme.agent, "Everybody!", many)).status).toBe(400);
  });
});

test("the messages fetched before and the events after them give the messages fetched then", async () => {
  const { id } = (await leave(acme.agent, "Before")).body;
  const path = `/sessions/${session}/messages`;
  const [before] = (await acme.agent.call(`GET ${path}?order=newest`)).body.messages as [object];
  await acme.agent.call(`PATCH /sessions/${session}/notes/${id}`, { body: { text: "After" } });
  await acme.agent.call(`DELETE /sessions/${session}/notes/${id}`);
  const events = await api.deps.db.query<{ payload: string }>(
    "select payload from events where session_id = $1 and type = 'message.updated' order by id",
    [session],
  );
  const laid = Object.assign({}, before, ...events.map(({ payload }) => JSON.parse(payload)));
  const [after] = (await acme.agent.call(`GET ${path}?order=newest`)).body.messages as [object];
  expect(after).toEqual(laid);
});
