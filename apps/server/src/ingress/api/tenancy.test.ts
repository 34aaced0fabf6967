import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../platform/ids.ts";
import {
  createTestApi,
  type TestApi,
  type TestMember,
  type TestTenant,
} from "../../testkit/test-api.ts";

let api: TestApi;
let acme: TestTenant;
let rival: TestTenant;
let ids: Record<string, string>;

interface Operation {
  readonly security?: readonly unknown[];
}
let paths: Record<string, Record<string, Operation>>;

beforeAll(async () => {
  api = await createTestApi();
  acme = await api.createTenant("Acme");
  rival = await api.createTenant("Rival");
  const session = await acme.customerWrites("4917000", "Acme's own words", "Acme's customer");
  await acme.supervisor.call(`POST /sessions/${session}/assignee`, {
    body: { memberId: acme.agent.id },
  });
  const rule = await acme.admin.call("POST /assignment-rules", {
    body: { name: "Acme's rule", target: { everyone: true } },
  });
  const token = await acme.admin.call("POST /tokens", { body: { name: "Acme's token" } });
  const team = await acme.admin.call("POST /teams", {
    body: { name: "Acme's team", memberIds: [acme.agent.id] },
  });
  const note = await acme.admin.call(`POST /sessions/${session}/notes`, {
    body: { text: "Acme's note" },
  });
  const subscription = await acme.agent.call("POST /me/push-subscriptions", {
    body: pushSubscription("Acme's phone"),
  });
  const told = await acme.agent.call("GET /notifications");
  const [notification] = told.body.notifications as { id: string }[];
  const tag = await acme.admin.call("POST /tags", { body: { name: "Acme's tag" } });
  const category = await acme.admin.call("POST /categories", { body: { name: "Acme's topic" } });
  const quickReply = await acme.admin.call("POST /quick-replies", {
    body: { shortcut: "acme", text: "Acme's greeting" },
  });
  const view = await acme.agent.call("POST /saved-views", { body: { name: "Acme's view" } });
  const { contactId } = (await acme.admin.call(`GET /sessions/${session}`)).body;
  ids = {
    contactId: String(contactId),
    tagId: String(tag.body.id),
    categoryId: String(category.body.id),
    viewId: String(view.body.id),
    quickReplyId: String(quickReply.body.id),
    notificationId: String(notification?.id),
    subscriptionId: String(subscription.body.id),
    sessionId: session,
    channelId: acme.channelId,
    ruleId: String(rule.body.id),
    messageId: String(note.body.id),
    tokenId: String(token.body.id),
    teamId: String(team.body.id),
    memberId: acme.agent.id,
  };
  paths = (await api.ask("GET /api/openapi.json")).body.paths as typeof paths;
  // No route but a WebSocket, which has tests of its own.
  delete paths["/api/v1/events"];
});

afterAll(() => api.close());

function pushSubscription(name: string) {
  const keys = { p256dh: "B".repeat(87), auth: "a".repeat(22) };
  return { endpoint: `https://push.punctual.test/${encodeURIComponent(name)}`, keys, name };
}

/** Bodies with which each route would do its work, pointing at Acme. */
function bodyFor(route: string): unknown {
  const bodies: Record<string, unknown> = {
    "POST /sessions/{sessionId}/messages": { type: "text", text: "Stolen" },
    "POST /sessions/{sessionId}/messages/{messageId}/settle": { as: "delivered" },
    "POST /sessions/{sessionId}/notes": { text: "Stolen" },
    "PATCH /sessions/{sessionId}/notes/{messageId}": { text: "Stolen" },
    "POST /sessions/{sessionId}/transfer": { to: { queue: true } },
    "PUT /sessions/{sessionId}/tags": { tags: [] },
    "PUT /sessions/{sessionId}/category": { categoryId: null },
    "PATCH /contacts/{contactId}": { name: "Stolen" },
    "PUT /contacts/{contactId}/tags": { tags: [] },
    "POST /contacts/{contactId}/block": { reason: "Stolen" },
    "PATCH /tags/{tagId}": { name: "Stolen" },
    "PATCH /categories/{categoryId}": { name: "Stolen" },
    "POST /sessions/{sessionId}/media": { any: "bytes" },
    "POST /quick-replies": { shortcut: "stolen", text: "Stolen" },
    "PATCH /quick-replies/{quickReplyId}": { text: "Stolen" },
    "POST /saved-views": { name: "Stolen" },
    "PATCH /saved-views/{viewId}": { name: "Stolen" },
    "PUT /saved-views/order": { viewIds: [] },
    "POST /tags": { name: "Stolen" },
    "POST /categories": { name: "Stolen" },
    "POST /sessions/{sessionId}/assignee": { memberId: rival.agent.id },
    "POST /sessions/{sessionId}/snooze": { until: null },
    "PUT /me/status": { status: "away" },
    "POST /me/push-subscriptions": pushSubscription("Stolen"),
    "PATCH /assignment-rules/{ruleId}": { name: "Stolen" },
    "PATCH /channels/{channelId}": { name: "Stolen" },
    "PUT /channels/{channelId}/settings/clock": { reply: null },
    "POST /settings/clock/preview": { reply: null, channelId: acme.channelId },
    "POST /teams": { name: "Stolen", memberIds: [acme.agent.id] },
    "PATCH /teams/{teamId}": { name: "Stolen" },
    "PUT /teams/{teamId}/members": { memberIds: [] },
    "PUT /teams/{teamId}/channels": { channelIds: null },
    "PUT /members/{memberId}/channels": { channelIds: [acme.channelId] },
    "POST /tokens": { name: "Stolen", memberId: acme.admin.id },
    "POST /assignment-rules/dry-run": { contact: { channelId: acme.channelId } },
    "POST /assignment-rules": { name: "Stolen", target: { members: [acme.agent.id] } },
  };
  return bodies[route] ?? {};
}

function routes(): string[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, operation]) => operation.security?.length !== 0)
      .map(([method]) => `${method.toUpperCase()} ${path.replace("/api/v1", "")}`),
  );
}

async function callAt(member: TestMember, route: string, at = ids) {
  const path = route.replaceAll(/\{(\w+)\}/g, (_, name: string) => at[name] ?? "missing");
  const body = route.startsWith("GET") ? undefined : bodyFor(route);
  return await member.call(path, { body });
}

describe("two businesses on one server", () => {
  test("the walk below knows every route of the OpenAPI document", () => {
    expect(routes().length).toBeGreaterThan(30);
    for (const route of routes()) {
      for (const [, name = ""] of route.matchAll(/\{(\w+)\}/g)) expect(ids).toHaveProperty(name);
    }
  });

  test("no route shows or changes anything of another business", async () => {
    const before = await snapshot();
    for (const route of routes()) {
      const answer = await callAt(rival.admin, route);
      expect(answer.text, route).not.toMatch(/acme/i);
      for (const id of Object.values(ids)) {
        const said = answer.text.replaceAll(/"instance":"[^"]*"/g, "");
        expect(said, route).not.toContain(id);
      }
      if (route.includes("{")) expect(answer.status, route).toBe(404);
    }
    expect(await snapshot()).toEqual(before);
  });

  test("no route shows or changes a session to an agent of the business who doesn't see it", async () => {
    await forgetWhoWasFirst();
    const before = await snapshot();
    const ofSessions = routes().filter((route) => route.includes("{sessionId}"));
    expect(ofSessions.length).toBeGreaterThan(15);
    for (const route of ofSessions) {
      const hidden = await callAt(acme.otherAgent, route);
      const missing = await callAt(acme.otherAgent, route, { ...ids, sessionId: newId() });
      expect(hidden.status, route).toBe(404);
      expect({ ...hidden.body, instance: "" }, route).toEqual({ ...missing.body, instance: "" });
    }
    expect(await snapshot()).toEqual(before);
  });

  test("no route answers without a login, or with a token that was made up", async () => {
    for (const route of routes()) {
      const [method, path] = route.split(" ");
      for (const headers of [{}, { authorization: "Bearer pun_made-up" }]) {
        const url = `/api/v1${path?.replaceAll(/\{(\w+)\}/g, "x")}`;
        const answer = await api.ask(`${method} ${url}`, { headers });
        expect(answer, route).toMatchObject({ status: 401, body: { code: "not_authenticated" } });
      }
    }
  });

  test("somebody else's ids in filters and bodies find nothing", async () => {
    const filtered = await rival.admin.call(
      `GET /sessions?state=all&channel=${acme.channelId}&assignee=${acme.agent.id}`,
    );
    expect(filtered.body.sessions).toEqual([]);
    const searched = await rival.admin.call("GET /sessions?state=all&text=own%20words");
    expect(searched.body.sessions).toEqual([]);
    const own = await rival.customerWrites("4917000");
    const assigned = await rival.admin.call(`POST /sessions/${own}/assignee`, {
      body: { memberId: acme.agent.id },
    });
    expect(assigned).toMatchObject({ status: 404, body: { code: "member_not_found" } });
    const token = await rival.admin.call("POST /tokens", { body: bodyFor("POST /tokens") });
    expect(token).toMatchObject({ status: 404, body: { code: "member_not_found" } });
    const versions = await rival.admin.call(
      `GET /settings/clock/versions?channelId=${acme.channelId}`,
    );
    expect(versions.body.versions ?? []).toEqual([]);
  });

  test("PostgreSQL itself shows a business nothing of another, whatever the query says", async () => {
    const tables = await api.deps.db.query<{ name: string }>(
      `select table_name as name from information_schema.columns
       where table_schema = 'public' and column_name = 'account_id'
         and has_table_privilege('punctual_tenant', to_regclass(format('public.%I', table_name)), 'select')`,
    );
    expect(tables.length).toBeGreaterThan(10);
    for (const { name } of tables) {
      const rows = await api.deps.db.readAs(rival.accountId, (read) =>
        read.query(`select 1 from ${name} where account_id = '${acme.accountId}'`),
      );
      expect(rows, name).toEqual([]);
    }
  });
});

/** Whoever tries to take a session right after somebody did is told so, though it is out of sight. */
async function forgetWhoWasFirst(): Promise<void> {
  await api.deps.db.query("update sessions set assigned_at = assigned_at - 120000 where id = $1", [
    ids.sessionId,
  ]);
}

/** Everything of Acme that another business could have changed. */
async function snapshot(): Promise<unknown> {
  const routes = [
    `GET /sessions/${ids.sessionId}`,
    `GET /sessions/${ids.sessionId}/messages`,
    "GET /assignment-rules",
    "GET /tags",
    `GET /contacts/${ids.contactId}`,
    "GET /categories",
    "GET /quick-replies",
    "GET /settings/closing",
    "GET /channels",
    "GET /tokens",
    "GET /members",
    "GET /teams",
    "GET /settings/export",
  ];
  const answers = await Promise.all(routes.map((route) => acme.admin.call(route)));
  return answers.map((answer) => answer.body);
}
