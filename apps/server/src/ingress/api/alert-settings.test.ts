import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApi, TEST_PUSH, type TestApi, type TestTenant } from "../../testkit/test-api.ts";

let api: TestApi;
let acme: TestTenant;

beforeAll(async () => {
  api = await createTestApi();
  acme = await api.createTenant("Acme");
});
afterAll(() => api.close());

const PREFERENCES = "/me/notification-preferences";

interface Preferences {
  readonly kinds: Record<string, { push: boolean; email: boolean }>;
  readonly quietHours: Record<string, unknown> | null;
}

async function preferencesOf(who: "agent" | "supervisor" | "admin"): Promise<Preferences> {
  return (await acme[who].call(`GET ${PREFERENCES}`)).body.preferences as Preferences;
}

describe("notification preferences", () => {
  test("begin with what suits the role", async () => {
    const agent = await preferencesOf("agent");
    expect(agent.kinds.assigned).toEqual({ push: true, email: false });
    expect(agent.kinds.mention).toEqual({ push: true, email: true });
    expect(agent.kinds.nobodyEligible).toEqual({ push: false, email: false });
    const supervisor = await preferencesOf("supervisor");
    expect(supervisor.kinds.nobodyEligible).toEqual({ push: true, email: true });
    expect(supervisor.quietHours).toBeNull();
  });

  test("are each member's own, and stay until they choose anew", async () => {
    const { kinds } = await preferencesOf("agent");
    const chosen = {
      kinds: { ...kinds, overdue: { push: false, email: true } },
      quietHours: { timeZone: "Asia/Ho_Chi_Minh", days: [6, 7], from: "00:00", until: "23:59" },
    };
    const saved = await acme.agent.call(`PUT ${PREFERENCES}`, { body: chosen });
    expect(saved).toMatchObject({ status: 200, body: { preferences: chosen, isDefault: false } });
    expect(await preferencesOf("agent")).toEqual(chosen);
    const others = await acme.otherAgent.call(`GET ${PREFERENCES}`);
    expect(others.body).toMatchObject({ isDefault: true });
  });

  test.each([
    ["timeZone", { timeZone: "Mars/Olympus" }, "Give the name of a time zone"],
    ["timeZone", { timeZone: "+02:00" }, "Give the name of a time zone"],
    ["from", { from: "24:00" }, "Give a time such as 22:00."],
    ["until", { until: "22:00" }, "Give an end that differs"],
    ["days", { days: [] }, ""],
    ["days", { days: [8] }, ""],
  ])("with a wrong %s are refused, %j", async (field, change, sentence) => {
    const { kinds } = await preferencesOf("admin");
    const good = { timeZone: "Europe/Berlin", days: [1], from: "22:00", until: "07:00" };
    const body = { kinds, quietHours: { ...good, ...change } };
    const answer = await acme.admin.call(`PUT ${PREFERENCES}`, { body });
    expect(answer).toMatchObject({ status: 400, body: { code: "validation_failed" } });
    expect(answer.text).toContain(field);
    expect(answer.text).toContain(sentence);
  });

  test("name every kind: none is forgotten by an older client unnoticed", async () => {
    const { kinds } = await preferencesOf("admin");
    const { mention: _, ...fewer } = kinds;
    const body = { kinds: fewer, quietHours: null };
    expect((await acme.admin.call(`PUT ${PREFERENCES}`, { body })).status).toBe(400);
  });
});

const PUSH = "/me/push-subscriptions";
const KEYS = { p256dh: "B".repeat(87), auth: "a".repeat(22) };

async function listed(who: "agent" | "otherAgent"): Promise<{ id: string; name: string }[]> {
  return (await acme[who].call(`GET ${PUSH}`)).body.subscriptions as { id: string; name: string }[];
}

describe("push subscriptions", () => {
  test("are subscribed with the server's key, listed without their secrets, and ended", async () => {
    const body = { endpoint: "https://fcm.googleapis.com/fcm/send/abc", keys: KEYS, name: "Phone" };
    const added = await acme.agent.call(`POST ${PUSH}`, { body });
    expect(added).toMatchObject({
      status: 201,
      body: { name: "Phone", service: "fcm.googleapis.com" },
    });
    const list = await acme.agent.call(`GET ${PUSH}`);
    expect(list.body).toMatchObject({ publicKey: TEST_PUSH.publicKey });
    expect(list.text).not.toMatch(/fcm\/send|BBBB|aaaa/);
    const end = `DELETE ${PUSH}/${added.body.id}`;
    expect((await acme.otherAgent.call(end)).status).toBe(404);
    expect((await acme.agent.call(end)).status).toBe(204);
    expect(await listed("agent")).toEqual([]);
  });

  test("of the same browser are one, and belong to who logged in last", async () => {
    const body = { endpoint: "https://web.push.apple.com/xyz", keys: KEYS };
    await acme.agent.call(`POST ${PUSH}`, { body });
    await acme.agent.call(`POST ${PUSH}`, { body });
    expect(await listed("agent")).toHaveLength(1);
    await acme.otherAgent.call(`POST ${PUSH}`, { body });
    expect(await listed("agent")).toEqual([]);
    expect(await listed("otherAgent")).toHaveLength(1);
  });

  test("end with the logins of whoever signs out everywhere", async () => {
    const body = { endpoint: "https://fcm.googleapis.com/fcm/send/lost-phone", keys: KEYS };
    await api.deps.db.query("update members set auth_user_id = $1 where id = $2", [
      "ann",
      acme.agent.id,
    ]);
    await acme.agent.call(`POST ${PUSH}`, { body });
    await acme.agent.call("POST /me/sign-out");
    expect(await listed("agent")).toEqual([]);
  });

  test("are 20 at most: the oldest make room", async () => {
    for (let at = 0; at < 22; at++) {
      const endpoint = `https://updates.push.services.mozilla.com/${at}`;
      await acme.agent.call(`POST ${PUSH}`, { body: { endpoint, keys: KEYS, name: `no. ${at}` } });
    }
    const names = (await listed("agent")).map(({ name }) => name);
    expect(names).toHaveLength(20);
    expect(names).not.toContain("no. 0");
  });

  test.each([
    "http://fcm.googleapis.com/x",
    "https://fcm.googleapis.com:8443/x",
    "https://fcm.googleapis.com.evil.test/x",
    "https://evilnotify.windows.com/x",
    "https://user@fcm.googleapis.com/x",
    "https://127.0.0.1/x",
    "https://[::1]/x",
    "http://169.254.169.254/latest/meta-data",
    "https://internal.acme.test/x",
  ])("go to push services alone: %s is refused", async (endpoint) => {
    const answer = await acme.agent.call(`POST ${PUSH}`, { body: { endpoint, keys: KEYS } });
    expect(answer).toMatchObject({ status: 422, body: { code: "push_endpoint_refused" } });
  });

  test("may go to what the operator allowed", async () => {
    const body = { endpoint: "https://push.punctual.test/1", keys: KEYS };
    expect((await acme.agent.call(`POST ${PUSH}`, { body })).status).toBe(201);
  });

  test.each([
    { endpoint: "fcm.googleapis.com", keys: KEYS },
    { endpoint: "https://fcm.googleapis.com/x", keys: { ...KEYS, auth: "short" } },
    { endpoint: "https://fcm.googleapis.com/x" },
  ])("that no browser would give are refused: %j", async (body) => {
    const answer = await acme.agent.call(`POST ${PUSH}`, { body });
    expect(answer).toMatchObject({ status: 400, body: { code: "validation_failed" } });
  });
});
