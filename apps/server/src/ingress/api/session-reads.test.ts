import { expect, test } from "vitest";
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

async function isUnread(by: TestMember = acme.agent): Promise<unknown> {
  const one = (await by.call(`GET /sessions/${session}`)).body.unread;
  const { sessions } = (await by.call("GET /sessions?sort=newest&limit=1")).body;
  expect(sessions).toMatchObject([{ id: session, unread: one }]);
  return one;
}

function reads(body?: unknown, by: TestMember = acme.agent) {
  return by.call(`POST /sessions/${session}/read`, { body });
}

test("a session is unread for each member until they read it, and when the customer writes again", async () => {
  expect(await isUnread()).toBe(true);
  expect((await reads()).body).toMatchObject({ unread: false });
  expect(await isUnread()).toBe(false);
  expect(await isUnread(acme.supervisor)).toBe(true);
  await acme.customerWrites(phone, "Still there?");
  expect(await isUnread()).toBe(true);
});

test("what comes while somebody reads stays unread", async () => {
  const { messages } = (await acme.agent.call(`GET /sessions/${session}/messages`)).body;
  const throughMessageId = (messages as { id: string }[]).at(-1)?.id;
  await acme.customerWrites(phone, "One more thing");
  expect((await reads({ throughMessageId })).body).toMatchObject({ unread: true });
  await reads();
  // An old screen that says how far it got takes nothing back.
  expect((await reads({ throughMessageId })).body).toMatchObject({ unread: false });
  expect(await reads({ throughMessageId: newId() })).toMatchObject({
    status: 400,
    body: { code: "validation_failed", errors: [{ path: "throughMessageId" }] },
  });
});

test("a colleague's note is news, one's own and a reply are not", async () => {
  await reads();
  await acme.agent.call(`POST /sessions/${session}/notes`, { body: { text: "Mine" } });
  await acme.agent.call(`POST /sessions/${session}/messages`, {
    body: { type: "text", text: "Hello" },
  });
  expect(await isUnread()).toBe(false);
  await acme.supervisor.call(`POST /sessions/${session}/notes`, { body: { text: "Look again" } });
  expect(await isUnread()).toBe(true);
});

test("a member marks a session unread for themself alone", async () => {
  await reads();
  await reads(undefined, acme.supervisor);
  const marked = await acme.agent.call(`POST /sessions/${session}/unread`);
  expect(marked.body).toMatchObject({ unread: true });
  expect(await isUnread(acme.supervisor)).toBe(false);
  await reads();
  expect(await isUnread()).toBe(false);
});

test("the member's other screens are told, and nobody else", async () => {
  await reads();
  await acme.agent.call(`POST /sessions/${session}/unread`);
  const events = await api.deps.db.query<{ member_id: string; payload: string }>(
    "select member_id, payload from events where session_id = $1 and type = 'session.read' order by id",
    [session],
  );
  expect(events.map((event) => event.member_id)).toEqual([acme.agent.id, acme.agent.id]);
  expect(events.map((event) => JSON.parse(event.payload))).toEqual([
    { id: session, unread: false },
    { id: session, unread: true },
  ]);
});

test("a customer's message writes nothing for those who read", async () => {
  await reads();
  const rows = () =>
    api.deps.db.query("select xmin::text, ctid::text, * from session_reads where session_id = $1", [
      session,
    ]);
  const before = await rows();
  await acme.customerWrites(phone, "Hello again");
  expect(await rows()).toEqual(before);
});
