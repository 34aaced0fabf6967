import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { blockContact, unblockContact } from "../../actions/block-contact.ts";
import { changeContact, tagContact } from "../../actions/change-contact.ts";
import { newId } from "../../platform/ids.ts";
import { createHolds } from "../../testkit/journey-holds.ts";
import {
  type Answer,
  createTestApi,
  type TestApi,
  type TestMember,
  type TestTenant,
} from "../../testkit/test-api.ts";

let api: TestApi;
let acme: TestTenant;
let session: string;
let contact: string;
let phone = 49_174_000;

beforeAll(async () => {
  api = await createTestApi();
  acme = await api.createTenant("Acme");
});

afterAll(() => api.close());

beforeEach(async () => {
  phone += 1;
  session = await acme.customerWrites(String(phone), "Hello", `Thảo ${phone}`);
  await acme.agent.call(`POST /sessions/${session}/take`);
  contact = String((await read()).body.contactId);
});

function read(id = session): Promise<Answer> {
  return acme.supervisor.call(`GET /sessions/${id}`);
}

function change(body: unknown, by: TestMember = acme.agent): Promise<Answer> {
  return by.call(`PATCH /contacts/${contact}`, { body });
}

function block(by: TestMember = acme.agent): Promise<Answer> {
  return by.call(`POST /contacts/${contact}/block`, { body: { reason: "Spam" } });
}

/** Connects a channel on which the contact is known too. */
async function secondChannel(): Promise<string> {
  const config = { accessToken: "t", appSecret: "s", verifyToken: "v" };
  const phoneNumberId = String(Math.floor(Math.random() * 1e15));
  const { body } = await acme.admin.call("POST /channels", {
    body: { name: "Sales", config: { ...config, phoneNumberId } },
  });
  await api.deps.db.query(
    `insert into contact_identities (account_id, channel_id, contact_id, phone)
     select account_id, $2::uuid, contact_id, phone from contact_identities where contact_id = $1`,
    [contact, String(body.id)],
  );
  return String(body.id);
}

describe("an act on a contact is judged once more in its commit", () => {
  const of = (member: TestMember) => ({
    ...{ accountId: acme.accountId, contactId: contact },
    by: { accountId: acme.accountId, id: member.id, role: "agent", name: "", email: "" } as const,
  });
  const setActive = (active: boolean) =>
    api.deps.db.query("update members set active = $2 where id = $1", [acme.otherAgent.id, active]);

  test("for who was deactivated a moment ago", async () => {
    await setActive(false);
    const on = of(acme.otherAgent);
    const refused = { code: "not_authenticated" };
    await expect(changeContact(api.deps, { ...on, patch: { name: "X" } })).rejects.toMatchObject(
      refused,
    );
    await expect(tagContact(api.deps, { ...on, tags: [] })).rejects.toMatchObject(refused);
    await expect(blockContact(api.deps, { ...on, reason: "x" })).rejects.toMatchObject(refused);
    await expect(unblockContact(api.deps, on)).rejects.toMatchObject(refused);
    await setActive(true);
  });

  test("for who reaches none of its channels any more", async () => {
    const limit = `PUT /members/${acme.otherAgent.id}/channels`;
    const config = { accessToken: "t", appSecret: "s", verifyToken: "v", phoneNumberId: "7" };
    const other = await acme.admin.call("POST /channels", { body: { name: "Other", config } });
    await acme.admin.call(limit, { body: { channelIds: [other.body.id] } });
    const on = of(acme.otherAgent);
    await expect(changeContact(api.deps, { ...on, patch: { name: "X" } })).rejects.toMatchObject({
      code: "contact_not_found",
    });
    await acme.admin.call(limit, { body: { channelIds: null } });
    await changeContact(api.deps, { ...on, patch: { name: "X" } });
  });
});

describe("a contact", () => {
  test("is shown with how its channels know it", async () => {
    expect((await acme.agent.call(`GET /contacts/${contact}`)).body).toMatchObject({
      name: `Thảo ${phone}`,
      identities: [{ channelId: acme.channelId, phone: String(phone) }],
      attributes: {},
      ownerId: null,
      tags: [],
      blocked: null,
    });
  });

  test("keeps the name that a member gave, until the member gives it back", async () => {
    await change({ name: "Ms Thảo" });
    await acme.customerWrites(String(phone), "Me again", "xX Thao Xx");
    expect((await read()).body).toMatchObject({ contact: { name: "Ms Thảo" } });
    await change({ name: null });
    await acme.customerWrites(String(phone), "And again", "xX Thao Xx");
    expect((await read()).body).toMatchObject({ contact: { name: "xX Thao Xx" } });
  });

  test("gets attributes and loses them one by one, fifty at most", async () => {
    await change({ attributes: { city: "Huế", plan: "gold" } });
    const changed = await change({ attributes: { plan: null, size: "L" } });
    expect(changed.body).toMatchObject({ attributes: { city: "Huế", size: "L" } });
    const many = Object.fromEntries(Array.from({ length: 49 }, (_, at) => [`a${at}`, "x"]));
    expect(await change({ attributes: many })).toMatchObject({
      status: 400,
      body: { code: "validation_failed", errors: [{ path: "attributes" }] },
    });
  });

  test("gets an owner who is there", async () => {
    expect((await change({ ownerId: acme.otherAgent.id })).body).toMatchObject({
      ownerId: acme.otherAgent.id,
    });
    expect((await change({ ownerId: newId() })).body).toMatchObject({ code: "member_not_found" });
    const { body } = await acme.otherAgent.call("GET /contacts?owner=me");
    expect(body.contacts).toMatchObject([{ id: contact }]);
    await change({ ownerId: null });
  });

  test("is found by name, number and tag", async () => {
    const name = `Regular ${phone}`;
    const tag = await acme.supervisor.call("POST /tags", { body: { name } });
    await acme.agent.call(`PUT /contacts/${contact}/tags`, {
      body: { tags: [name.toLowerCase()] },
    });
    for (const query of [`text=${phone}`, `text=thảo%20${phone}`, `tag=${tag.body.id}`]) {
      const { body } = await acme.agent.call(`GET /contacts?${query}`);
      expect(body.contacts, query).toMatchObject([{ id: contact, tags: [name] }]);
    }
    expect((await acme.agent.call("GET /contacts?text=nobody%20at%20all")).body.contacts).toEqual(
      [],
    );
  });

  test("is listed in pages, newest first", async () => {
    const first = (await acme.agent.call("GET /contacts?limit=1")).body;
    expect(first.contacts).toMatchObject([{ id: contact }]);
    const next = (await acme.agent.call(`GET /contacts?limit=1&cursor=${first.nextCursor}`)).body;
    expect(next.contacts).not.toMatchObject([{ id: contact }]);
  });

  test("shows an agent only how the channels they reach know it", async () => {
    const sales = await secondChannel();
    const secret = `84${phone}`;
    await api.deps.db.query(
      "update contact_identities set phone = $3 where channel_id = $1 and contact_id = $2",
      [sales, contact, secret],
    );
    const path = `/members/${acme.agent.id}/channels`;
    await acme.admin.call(`PUT ${path}`, { body: { channelIds: [acme.channelId] } });
    const shown = await acme.agent.call(`GET /contacts/${contact}`);
    expect(shown.body.identities).toMatchObject([{ channelId: acme.channelId }]);
    expect((await acme.agent.call("GET /contacts?limit=1")).text).not.toContain(secret);
    expect((await acme.agent.call(`GET /contacts?text=${secret}`)).body.contacts).toEqual([]);
    await acme.admin.call(`PUT ${path}`, { body: { channelIds: [acme.channelId, sales] } });
    const listed: string[] = [];
    for (let cursor = ""; ; ) {
      const { body } = await acme.agent.call(`GET /contacts?limit=2&blocked=false${cursor}`);
      listed.push(...(body.contacts as { id: string }[]).map(({ id }) => id));
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    const everything = await acme.admin.call("GET /contacts?limit=100&blocked=false");
    expect(listed).toEqual((everything.body.contacts as { id: string }[]).map(({ id }) => id));
    await acme.admin.call(`PUT ${path}`, { body: { channelIds: null } });
    const all = await acme.agent.call(`GET /contacts?text=${secret}`);
    expect(all.body.contacts).toMatchObject([{ id: contact, identities: [{}, {}] }]);
  });

  test("is out of sight for agents who don't reach its channel", async () => {
    const elsewhere = [acme.accountId, newId(), newId(), acme.otherAgent.id];
    await api.deps.db.query(
      `insert into channel_limits (account_id, id, channel_id, member_id)
       values ($1, $2, $3, $4)`,
      elsewhere,
    );
    expect(await acme.otherAgent.call(`GET /contacts/${contact}`)).toMatchObject({
      status: 404,
      body: { code: "contact_not_found" },
    });
    expect((await acme.otherAgent.call("GET /contacts")).body.contacts).toEqual([]);
    await acme.admin.call(`PUT /members/${acme.otherAgent.id}/channels`, {
      body: { channelIds: null },
    });
  });
});

describe("earlier sessions", () => {
  test("are read by whoever holds the later one, and by nobody else", async () => {
    await acme.agent.call(`POST /sessions/${session}/close`);
    // A message of the same second would void the close.
    await api.deps.db.query("update sessions set closed_at = closed_at - 60000 where id = $1", [
      session,
    ]);
    const later = await acme.customerWrites(String(phone), "A new matter");
    expect(later).not.toBe(session);
    await acme.supervisor.call(`POST /sessions/${later}/assignee`, {
      body: { memberId: acme.otherAgent.id },
    });
    const { body } = await acme.otherAgent.call(`GET /contacts/${contact}/sessions`);
    expect(body.sessions).toMatchObject([{ id: later }, { id: session, state: "closed" }]);
    const old = await acme.otherAgent.call(`GET /sessions/${session}/messages`);
    expect(old).toMatchObject({ status: 200, body: { messages: [{ kind: "inbound" }] } });
    const own = await acme.agent.call(`GET /contacts/${contact}/sessions`);
    expect(own.body.sessions).toMatchObject([{ id: session }]);
    const all = await acme.supervisor.call(`GET /contacts/${contact}/sessions?limit=1`);
    expect(all.body.sessions).toMatchObject([{ id: later }]);
    const rest = await acme.supervisor.call(
      `GET /contacts/${contact}/sessions?limit=1&cursor=${all.body.nextCursor}`,
    );
    expect(rest.body).toMatchObject({ sessions: [{ id: session }], nextCursor: null });
    const onChannel = async (channel: string) => {
      const path = `GET /contacts/${contact}/sessions?channel=${channel}`;
      return (await acme.supervisor.call(path)).body.sessions;
    };
    expect(await onChannel(acme.channelId)).toMatchObject([{ id: later }, { id: session }]);
    expect(await onChannel(contact)).toEqual([]);
  });
});

describe("blocking", () => {
  test("closes the open session silently, and says who, when and why", async () => {
    const blocked = await block();
    expect(blocked).toMatchObject({
      status: 200,
      body: { blocked: { byId: acme.agent.id, reason: "Spam" } },
    });
    expect((await read()).body).toMatchObject({ state: "closed", closed: { kind: "blocked" } });
    const { body } = await acme.agent.call(`GET /sessions/${session}/timeline`);
    const said = (body.entries as { sentence: string }[]).map((entry) => entry.sentence);
    expect(said).toContain("Contact blocked by Ann Acme: Spam.");
    const { body: thread } = await acme.agent.call(`GET /sessions/${session}/messages`);
    expect(thread.messages).toMatchObject([{ kind: "inbound" }]);
  });

  test("is not for an agent who doesn't see an open session of theirs", async () => {
    const sales = await secondChannel();
    // The agent reaches one channel, and the open session is on the other.
    await acme.supervisor.call(`POST /sessions/${session}/assignee`, { body: { memberId: null } });
    const limit = { body: { channelIds: [sales] } };
    await acme.admin.call(`PUT /members/${acme.agent.id}/channels`, limit);
    expect(await block()).toMatchObject({ status: 403, body: { code: "not_allowed" } });
    expect((await read()).body).toMatchObject({ state: "open" });
    await acme.admin.call(`PUT /members/${acme.agent.id}/channels`, { body: { channelIds: null } });
    expect((await block()).status).toBe(200);
  });

  test("keeps what they write and starts nothing, until they are unblocked", async () => {
    await block();
    expect(await acme.customerWrites(String(phone), "Let me in")).toBe(session);
    expect((await read()).body).toMatchObject({ state: "closed" });
    const reopened = await acme.agent.call(`POST /sessions/${session}/reopen`);
    expect(reopened).toMatchObject({ status: 409, body: { code: "contact_blocked" } });
    const unblocked = await acme.agent.call(`POST /contacts/${contact}/unblock`);
    expect(unblocked.body).toMatchObject({ blocked: null });
    await api.deps.db.query("update sessions set closed_at = closed_at - 60000 where id = $1", [
      session,
    ]);
    expect(await acme.customerWrites(String(phone), "Thank you")).not.toBe(session);
  });

  test("is not for an agent while somebody else holds the session", async () => {
    expect(await block(acme.otherAgent)).toMatchObject({
      status: 403,
      body: { code: "not_allowed" },
    });
    expect((await read()).body).toMatchObject({ state: "open" });
    expect((await block(acme.supervisor)).status).toBe(200);
    const { body } = await acme.admin.call("GET /contacts?blocked=true&limit=1");
    expect(body.contacts).toMatchObject([{ id: contact }]);
  });

  test("comes before a session that is reopened at the same moment", async () => {
    await acme.agent.call(`POST /sessions/${session}/close`);
    const { db } = api.deps;
    const reopened = await db.transaction(async (tx) => {
      await tx.query("select 1 from sessions where id = $1 for update", [session]);
      const answer = acme.agent.call(`POST /sessions/${session}/reopen`);
      await createHolds(db).waiting(1);
      await tx.query("update contacts set blocked_at = 1 where id = $1", [contact]);
      return { answer };
    });
    expect(await reopened.answer).toMatchObject({ status: 409, body: { code: "contact_blocked" } });
  });

  test("a message that comes at the same moment opens nothing after it", async () => {
    await Promise.all([block(), acme.customerWrites(String(phone), "Just now")]);
    const open = await api.deps.db.query(
      "select 1 from sessions where contact_id = $1 and closed_at is null",
      [contact],
    );
    expect(open).toEqual([]);
  });
});

test("whoever shows a contact is told that it changed", async () => {
  const count = async () => {
    const [row] = await api.deps.db.query<{ n: number }>(
      `select count(*)::int as n from events
       where type = 'contact.updated' and payload::json->>'id' = $1`,
      [contact],
    );
    return row?.n;
  };
  const acts = [
    () => change({ attributes: { city: "Huế" } }),
    () => acme.agent.call(`PUT /contacts/${contact}/tags`, { body: { tags: [] } }),
    () => acme.customerWrites(String(phone), "New name", "Thảo Nguyễn"),
    () => block(),
    () => acme.agent.call(`POST /contacts/${contact}/unblock`),
  ];
  let before = await count();
  for (const act of acts) {
    await act();
    const after = await count();
    expect(after).toBe((before ?? 0) + 1);
    before = after;
  }
});
