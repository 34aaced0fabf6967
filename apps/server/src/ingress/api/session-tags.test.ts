import { beforeEach, describe, expect, test } from "vitest";
import { fireTimers } from "../../actions/fire-timers.ts";
import { newId } from "../../platform/ids.ts";
import { lockAccount } from "../../store/account-locks.ts";
import { deleteTag, renameTagOfContacts } from "../../store/tags.ts";
import { createHolds } from "../../testkit/journey-holds.ts";
import { eachWithTakenSession } from "../../testkit/taken-session.ts";
import type { TestApi, TestTenant } from "../../testkit/test-api.ts";

let api: TestApi;
let acme: TestTenant;
let session: string;
let phone: string;

eachWithTakenSession((taken) => {
  ({ api, acme, session, phone } = taken);
});
beforeEach(async () => {
  await require({});
});

async function require(what: Partial<Record<"tag" | "note" | "category", boolean>>) {
  const body = { tag: false, note: false, category: false, ...what };
  expect((await acme.admin.call("PUT /settings/closing", { body })).status).toBe(200);
}

async function tag(name: string): Promise<string> {
  const answer = await acme.supervisor.call("POST /tags", { body: { name, colour: "#1a7f37" } });
  expect(answer.status).toBe(201);
  return String(answer.body.id);
}

async function category(name: string): Promise<string> {
  return String((await acme.supervisor.call("POST /categories", { body: { name } })).body.id);
}

const act = (path: string, body: unknown = {}, member = acme.agent) =>
  member.call(
    `${path.startsWith("close") || path.startsWith("reviewed") ? "POST" : "PUT"} /sessions/${session}/${path}`,
    { body },
  );

describe("tags of a session", () => {
  test("come from the catalogue, whatever their capitals, and are found again", async () => {
    const name = `VIP ${phone}`;
    const id = await tag(name);
    const tagged = await act("tags", { tags: [name.toLowerCase(), name] });
    expect(tagged).toMatchObject({ status: 200, body: { tags: [name] } });
    const { body } = await acme.supervisor.call(`GET /sessions?tag=${id}`);
    expect(body.sessions).toMatchObject([{ id: session, tags: [name] }]);
    expect(await act("tags", { tags: [name, "Nobody knows it"] })).toMatchObject({
      status: 400,
      body: { code: "validation_failed", errors: [{ path: "tags.1" }] },
    });
  });

  test("get a new name everywhere, also in the rules that ask for it", async () => {
    const [name, other] = [`Gold ${phone}`, `Platinum ${phone}`];
    const id = await tag(name);
    await act("tags", { tags: [name] });
    const rule = await acme.admin.call("POST /assignment-rules", {
      body: { name: "Gold first", conditions: { tags: [name] }, target: { everyone: true } },
    });
    const kept = await acme.supervisor.call(`DELETE /tags/${id}`);
    expect(kept).toMatchObject({ status: 409, body: { code: "tag_in_use" } });
    await acme.supervisor.call(`PATCH /tags/${id}`, { body: { name: other } });
    expect((await acme.agent.call(`GET /sessions/${session}`)).body).toMatchObject({
      tags: [other],
    });
    const { assignmentRules } = (await acme.admin.call("GET /assignment-rules")).body;
    expect(assignmentRules).toMatchObject([{ conditions: { tags: [other] } }]);
    await acme.admin.call(`DELETE /assignment-rules/${rule.body.id}`);
    expect((await acme.supervisor.call(`DELETE /tags/${id}`)).status).toBe(204);
    expect((await acme.agent.call(`GET /sessions/${session}`)).body).toMatchObject({ tags: [] });
  });

  test("get it on every contact, however many there are", async () => {
    const [name, other] = [`Silver ${phone}`, `Bronze ${phone}`];
    const id = await tag(name);
    const { accountId } = acme;
    const { db } = api.deps;
    for (let at = 0; at < 5; at++) {
      const of = await acme.customerWrites(`${phone}77${at}`);
      const { contactId } = (await acme.agent.call(`GET /sessions/${of}`)).body;
      await acme.agent.call(`PUT /contacts/${contactId}/tags`, { body: { tags: [name] } });
    }
    const tagged = async (of: string) =>
      (await db.query("select 1 from contacts where $1 = any(tags)", [of])).length;
    await db.transaction((tx) =>
      renameTagOfContacts(tx, { accountId, tag: { id, name } }, other, 2),
    );
    expect([await tagged(name), await tagged(other)]).toEqual([0, 5]);
    await db.transaction((tx) => deleteTag(tx, accountId, { id, name: other }));
    expect(await tagged(other)).toBe(0);
  });

  test("are put on neither sessions nor contacts while they are being deleted", async () => {
    const { db } = api.deps;
    const { accountId } = acme;
    const name = `Gone ${phone}`;
    const id = await tag(name);
    const { contactId } = (await acme.agent.call(`GET /sessions/${session}`)).body;
    const [deleted, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const deletion = db.transaction(async (tx) => {
      lockAccount(tx, "tags", accountId);
      await deleteTag(tx, accountId, { id, name });
      deleted.resolve();
      await commit.promise;
    });
    await deleted.promise;
    const body = { tags: [name] };
    const answers = Promise.all([
      act("tags", body),
      act("close", body),
      acme.agent.call(`PUT /contacts/${contactId}/tags`, { body }),
    ]);
    await createHolds(db).waiting(3);
    commit.resolve();
    await deletion;
    expect((await answers).map((answer) => answer.status)).toEqual([400, 400, 400]);
    const dead = await db.query(
      `select 1 from session_tags where tag_id = $1
       union all select 1 from contact_tags where tag_id = $1
       union all select 1 from contacts where $2 = any(tags)`,
      [id, name],
    );
    expect(dead).toEqual([]);
  });

  test("are made by supervisors and admins, each name once", async () => {
    await tag(`Once ${phone}`);
    const body = { name: `ONCE ${phone}` };
    expect((await acme.supervisor.call("POST /tags", { body })).body).toMatchObject({
      code: "tag_exists",
    });
    expect((await acme.agent.call("POST /tags", { body })).status).toBe(403);
  });
});

describe("a category", () => {
  test("that is offered no longer stays with the sessions that have it", async () => {
    const name = `Delivery ${phone}`;
    const id = await category(name);
    expect((await act("category", { categoryId: id })).body).toMatchObject({
      category: { id, name },
    });
    await acme.supervisor.call(`DELETE /categories/${id}`);
    expect((await acme.agent.call(`GET /sessions/${session}`)).body).toMatchObject({
      category: { id, name },
    });
    expect(await act("category", { categoryId: id })).toMatchObject({
      status: 404,
      body: { code: "category_not_found" },
    });
  });
});

describe("what a business wants of people who close a session", () => {
  test("is refused with what is missing, all at once", async () => {
    await require({ tag: true, note: true, category: true });
    expect(await act("close")).toMatchObject({
      status: 409,
      body: { code: "closing_incomplete", missing: ["tag", "note", "category"] },
    });
    expect((await acme.agent.call(`GET /sessions/${session}`)).body).toMatchObject({
      state: "open",
    });
  });

  test("can be given with the close, in one commit", async () => {
    await require({ tag: true, note: true, category: true });
    const name = `Solved ${phone}`;
    await tag(name);
    const categoryId = await category(`Questions ${phone}`);
    const unknown = await act("close", { tags: [name], categoryId: newId(), note: { text: "x" } });
    expect(unknown).toMatchObject({ status: 404, body: { code: "category_not_found" } });
    expect((await acme.agent.call(`GET /sessions/${session}`)).body).toMatchObject({ tags: [] });
    const closed = await act("close", { tags: [name], categoryId, note: { text: "Fine now" } });
    expect(closed).toMatchObject({
      status: 200,
      body: { state: "closed", tags: [name], category: { id: categoryId }, needsReview: false },
    });
  });

  test("may have been left behind before", async () => {
    await require({ note: true });
    await acme.agent.call(`POST /sessions/${session}/notes`, { body: { text: "Called them" } });
    expect((await act("close")).status).toBe(200);
  });

  test("must be left behind anew once the session was reopened", async () => {
    await require({ note: true });
    expect((await act("close", { note: { text: "Called them" } })).status).toBe(200);
    expect((await acme.agent.call(`POST /sessions/${session}/reopen`)).status).toBe(200);
    expect(await act("close")).toMatchObject({ status: 409, body: { missing: ["note"] } });
    expect((await act("close", { note: { text: "And again" } })).status).toBe(200);
  });

  test("is changed by admins, and the audit log has it", async () => {
    const body = { tag: true, note: false, category: false };
    expect((await acme.supervisor.call("PUT /settings/closing", { body })).status).toBe(403);
    await require({ tag: true });
    const { entries } = (await acme.admin.call("GET /audit-log?act=closingRequirements.saved"))
      .body;
    expect((entries as unknown[])[0]).toMatchObject({
      before: { tag: false },
      after: { tag: true },
    });
  });
});

describe("a close by the clock", () => {
  async function clockCloses() {
    await acme.admin.call("PUT /settings/clock", { body: CLOSES_SOON });
    await acme.agent.call(`POST /sessions/${session}/no-reply-needed`);
    await api.deps.db.query(
      `update sessions set no_reply_needed_at = no_reply_needed_at - 120000,
         close_at = close_at - 120000 where id = $1`,
      [session],
    );
    await fireTimers(api.deps, 100);
  }

  test("needs nothing, and waits for a person to look at it", async () => {
    await require({ tag: true, note: true, category: true });
    await clockCloses();
    const listed = await acme.agent.call("GET /sessions?needsReview=true&assignee=me");
    expect(listed.body.sessions).toMatchObject([{ id: session, state: "closed" }]);
    const name = `Later ${phone}`;
    await tag(name);
    const reviewed = await act("reviewed", { tags: [name], note: { text: "Was fine" } });
    expect(reviewed).toMatchObject({ status: 200, body: { needsReview: false, tags: [name] } });
    expect(await act("reviewed")).toMatchObject({
      status: 409,
      body: { code: "nothing_to_review" },
    });
  });

  test("and its review are told as events that lead to what is fetched", async () => {
    const before = (await acme.agent.call(`GET /sessions/${session}`)).body;
    await clockCloses();
    const name = `Told ${phone}`;
    await tag(name);
    await act("reviewed", { tags: [name] });
    const events = await api.deps.db.query<{ type: string; payload: string }>(
      "select type, payload from events where session_id = $1 order by id",
      [session],
    );
    const laid = Object.assign(
      {},
      before,
      ...events.map(({ type, payload }) => {
        const content = JSON.parse(payload);
        return type === "session.changed" ? content.session : content;
      }),
    );
    const after = (await acme.agent.call(`GET /sessions/${session}`)).body;
    for (const key of ["state", "closed", "needsReview", "tags", "turn", "deadlines"]) {
      expect(laid[key], key).toEqual(after[key]);
    }
    expect(after).toMatchObject({ state: "closed", needsReview: false, tags: [name] });
  });
});

const OFF = { enabled: false };
const CLOSES_SOON = {
  closure: { enabled: true, afterMinutes: 1, message: null, outsideWindow: "silent" },
  reassign: { ...OFF, afterMinutes: 5, maxPerWait: 3 },
  reply: { ...OFF, limitMinutes: 30, warnMinutes: 5, countFrom: "customerMessage" },
};
