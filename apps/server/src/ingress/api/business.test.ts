import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../../platform/ids.ts";
import { createTestApi, type TestApi, type TestTenant } from "../../testkit/test-api.ts";

const api: TestApi = await createTestApi();
let acme: TestTenant;

beforeEach(async () => {
  acme = await api.createTenant("Acme");
});

afterAll(() => api.close());

describe("assignment rules", () => {
  test("are added one after another, changed and deleted", async () => {
    const first = await create({ name: "First", target: { everyone: true } });
    const second = await create({ name: "Second", target: { members: [acme.agent.id] } });
    expect(first).toMatchObject({ status: 201, body: { position: 0, mode: "sequential" } });
    expect(second).toMatchObject({ status: 201, body: { position: 1, onlineOnly: true } });
    const changed = await acme.admin.call(`PATCH /assignment-rules/${second.body.id}`, {
      body: { capacity: 4, enabled: false },
    });
    expect(changed.body).toEqual({ ...second.body, capacity: 4, enabled: false });
    const gone = await acme.admin.call(`DELETE /assignment-rules/${first.body.id}`);
    expect(gone.status).toBe(204);
    const { body } = await acme.agent.call("GET /assignment-rules");
    expect(body.assignmentRules).toEqual([changed.body]);
  });

  test("give sessions to a team, named in a file by its name", async () => {
    const team = await acme.admin.call("POST /teams", {
      body: { name: "Returns", memberIds: [acme.agent.id] },
    });
    const rule = await create({ name: "Returns", target: { team: team.body.id } });
    expect(rule).toMatchObject({ status: 201, body: { target: { team: team.body.id } } });
    expect(await create({ name: "Ghosts", target: { team: newId() } })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "target.team", message: "There is no such team." }] },
    });
    const { body: file } = await acme.admin.call("GET /settings/export");
    expect(file.assignmentRules).toMatchObject([{ target: { team: "Returns" } }]);
    const again = await acme.admin.call("POST /settings/import", { body: file });
    expect(again.body.assignmentRules).toMatchObject({ unchanged: ["Returns"] });
  });

  test("are put into another order, all of them at once", async () => {
    const rules = [];
    for (const name of ["First", "Second", "Third"]) {
      rules.push(await create({ name, target: { everyone: true } }));
    }
    const ids = rules.map((rule) => String(rule.body.id)).toReversed();
    const ordered = await acme.admin.call("PUT /assignment-rules/order", {
      body: { ruleIds: ids },
    });
    expect(ordered.body.assignmentRules).toMatchObject([
      { name: "Third", position: 0 },
      { name: "Second", position: 1 },
      { name: "First", position: 2 },
    ]);
    const { body } = await acme.admin.call("GET /audit-log?act=rules.reordered");
    expect(body.entries).toMatchObject([
      { before: { ruleIds: ids.toReversed() }, after: { ruleIds: ids } },
    ]);
  });

  test("are not put into an order that leaves one out, names one twice or one unknown", async () => {
    const ids: string[] = [];
    for (const name of ["First", "Second"]) {
      ids.push(String((await create({ name, target: { everyone: true } })).body.id));
    }
    const [first, second] = ids;
    for (const ruleIds of [[], [first], [first, first], [first, newId()], [first, second, first]]) {
      expect(
        await acme.admin.call("PUT /assignment-rules/order", { body: { ruleIds } }),
      ).toMatchObject({ status: 409, body: { code: "rules_changed" } });
    }
  });

  test("name only members and channels of the business", async () => {
    const answer = await create({
      name: "Ghosts",
      conditions: { channels: [newId()] },
      target: { members: [acme.agent.id, newId()] },
    });
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ path: "target.members.1" }, { path: "conditions.channels.0" }] },
    });
  });

  test("are for admins to change", async () => {
    const body = { name: "Mine", target: { everyone: true } };
    expect((await acme.agent.call("POST /assignment-rules", { body })).status).toBe(403);
    expect((await acme.supervisor.call("POST /assignment-rules", { body })).status).toBe(403);
  });

  async function create(body: unknown) {
    return await acme.admin.call("POST /assignment-rules", { body });
  }
});

describe("channels", () => {
  const CONFIG = { accessToken: "EAAG-secret", appSecret: "app-secret", verifyToken: "vt-secret" };

  test("are shown with their webhook address and never with their credentials", async () => {
    const created = await create({ ...CONFIG, phoneNumberId: "900100200300" });
    expect(created).toMatchObject({
      status: 201,
      body: { kind: "whatsapp", address: "900100200300", stoppedAt: null },
    });
    const url = `http://punctual.test:3000/webhooks/whatsapp/${created.body.id}`;
    expect(created.body.webhookUrl).toBe(url);
    const listed = await acme.admin.call("GET /channels");
    expect(listed.text + created.text).not.toContain("secret");
    expect(listed.body.channels).toHaveLength(2);
  });

  test("belong to one business, once", async () => {
    await create({ ...CONFIG, phoneNumberId: "900100200301" });
    const again = await create({ ...CONFIG, phoneNumberId: "900100200301" });
    expect(again).toMatchObject({ status: 409, body: { code: "channel_exists" } });
  });

  test("say which credential is missing", async () => {
    const answer = await create({ ...CONFIG, phoneNumberId: "not digits" });
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ path: "config.phoneNumberId" }] },
    });
  });

  test("send again with new credentials, and keep the fields that are not given", async () => {
    await api.deps.db.query(
      "update channels set stopped_at = 1, stopped_reason = 'dead token' where id = $1",
      [acme.channelId],
    );
    const renamed = await patch({ name: "Sales" });
    expect(renamed.body).toMatchObject({ name: "Sales", stoppedReason: "dead token" });
    const restarted = await patch({ config: { accessToken: "fresh" } });
    expect(restarted.body).toMatchObject({ name: "Sales", stoppedAt: null, stoppedReason: null });
    const [row] = await api.deps.db.query<{ config: unknown }>(
      "select config from channels where id = $1",
      [acme.channelId],
    );
    expect(row?.config).toMatchObject({ accessToken: "fresh", appSecret: "secret-of-Acme" });
  });

  test("keep their address", async () => {
    expect(await patch({ config: { phoneNumberId: "1" } })).toMatchObject({ status: 400 });
  });

  async function create(config: unknown) {
    return await acme.admin.call("POST /channels", { body: { name: "New number", config } });
  }

  async function patch(body: unknown) {
    return await acme.admin.call(`PATCH /channels/${acme.channelId}`, { body });
  }
});

describe("members", () => {
  test("are listed with their status and how many sessions they hold", async () => {
    const session = await acme.customerWrites("4917");
    await acme.agent.call(`POST /sessions/${session}/take`);
    const { body } = await acme.otherAgent.call("GET /members");
    expect(body.members).toMatchObject([
      { role: "admin" },
      { role: "supervisor" },
      { id: acme.agent.id, openSessions: 1, online: false, hasLogin: false },
      { openSessions: 0 },
    ]);
  });

  test("say themselves whether they take sessions", async () => {
    const put = await acme.agent.call("PUT /me/status", { body: { status: "available" } });
    expect(put).toMatchObject({ status: 200, body: { status: "available", online: false } });
    const me = await acme.agent.call("GET /me");
    expect(me.body).toMatchObject({
      member: { id: acme.agent.id, status: "available" },
      account: { id: acme.accountId, name: "Acme" },
    });
  });

  test("have different e-mails, whatever their capitals", async () => {
    const body = { email: acme.agent.email.toUpperCase(), name: "Double" };
    expect(await acme.admin.call("POST /members", { body })).toMatchObject({
      status: 409,
      body: { code: "email_taken" },
    });
  });
});

describe("API tokens", () => {
  test("act as their member until they are revoked, their secret shown once", async () => {
    const created = await acme.agent.call("POST /tokens", { body: { name: "Script" } });
    expect(created.status).toBe(201);
    const { id, secret } = created.body;
    expect(secret).toMatch(/^pun_[\w-]{43}$/);
    expect((await me(secret)).body).toMatchObject({ member: { id: acme.agent.id } });
    const listed = await acme.agent.call("GET /tokens");
    expect(listed.text).not.toContain("pun_");
    expect(listed.body.tokens).toHaveLength(2);
    expect((await acme.agent.call(`DELETE /tokens/${id}`)).status).toBe(204);
    expect((await acme.agent.call(`DELETE /tokens/${id}`)).status).toBe(404);
    await expect.poll(() => me(secret), { timeout: 10_000 }).toMatchObject({ status: 401 });
  });

  test("of others are for admins", async () => {
    const body = { name: "Theirs", memberId: acme.otherAgent.id };
    expect((await acme.agent.call("POST /tokens", { body })).status).toBe(403);
    const created = await acme.admin.call("POST /tokens", { body });
    expect((await acme.agent.call(`DELETE /tokens/${created.body.id}`)).status).toBe(404);
    expect((await acme.admin.call(`DELETE /tokens/${created.body.id}`)).status).toBe(204);
    expect((await acme.admin.call("GET /tokens")).body.tokens).toHaveLength(4);
  });

  async function me(secret: unknown) {
    return await api.ask("GET /api/v1/me", { headers: { authorization: `Bearer ${secret}` } });
  }
});
