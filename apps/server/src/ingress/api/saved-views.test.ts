import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestApi, type TestApi, type TestTenant } from "../../testkit/test-api.ts";

let api: TestApi;
let acme: TestTenant;

beforeAll(async () => {
  api = await createTestApi();
  acme = await api.createTenant("Acme");
});

beforeEach(async () => {
  await api.deps.db.query("delete from saved_views where account_id = $1", [acme.accountId]);
});

afterAll(() => api.close());

async function save(name: string, more: Record<string, unknown> = {}): Promise<string> {
  const answer = await acme.agent.call("POST /saved-views", { body: { name, ...more } });
  expect(answer.status).toBe(201);
  return String(answer.body.id);
}

async function names(): Promise<string[]> {
  const { body } = await acme.agent.call("GET /saved-views");
  return (body.views as { name: string }[]).map(({ name }) => name);
}

describe("a member's own views", () => {
  test("keep what they filter by and how they are sorted", async () => {
    const filters = { assignee: "me", channel: acme.channelId, dueSoon: true, text: "order" };
    const id = await save("Soon", { filters, sort: "longestWaiting" });
    const { body } = await acme.agent.call("GET /saved-views");
    expect(body.views).toEqual([{ id, name: "Soon", filters, sort: "longestWaiting" }]);
  });

  test("are seen by nobody else, and not changed by them", async () => {
    const id = await save("Private");
    const others = await acme.otherAgent.call("GET /saved-views");
    expect(others.body.views).toEqual([]);
    const changed = await acme.admin.call(`PATCH /saved-views/${id}`, { body: { name: "Mine" } });
    expect(changed).toMatchObject({ status: 404, body: { code: "saved_view_not_found" } });
    expect(await names()).toEqual(["Private"]);
  });

  test("stand in the member's order, and a new one comes last", async () => {
    const ids = [await save("A"), await save("B"), await save("C")];
    const [a, b, c] = ids;
    await acme.agent.call("PUT /saved-views/order", { body: { viewIds: [c, a, b] } });
    expect(await names()).toEqual(["C", "A", "B"]);
    await acme.agent.call(`DELETE /saved-views/${a}`);
    await save("D");
    expect(await names()).toEqual(["C", "B", "D"]);
    const stale = await acme.agent.call("PUT /saved-views/order", { body: { viewIds: [a, b, c] } });
    expect(stale).toMatchObject({ status: 409, body: { code: "views_changed" } });
  });

  test("change in what is given, and stay in their place", async () => {
    const id = await save("Late", { filters: { overdue: true } });
    await save("Other");
    const changed = await acme.agent.call(`PATCH /saved-views/${id}`, { body: { name: "Red" } });
    expect(changed.body).toMatchObject({ name: "Red", filters: { overdue: true } });
    expect(await names()).toEqual(["Red", "Other"]);
  });

  test("are fifty at most", async () => {
    for (let index = 0; index < 50; index++) await save(`View ${index}`);
    const answer = await acme.agent.call("POST /saved-views", { body: { name: "One more" } });
    expect(answer).toMatchObject({ status: 409, body: { code: "too_many_views" } });
  });

  test("tell the member's other screens alone", async () => {
    await save("Told");
    const events = await api.deps.db.query<{ type: string; member_id: string }>(
      "select type, member_id from events where account_id = $1 order by id desc limit 1",
      [acme.accountId],
    );
    expect(events).toEqual([{ type: "savedViews.updated", member_id: acme.agent.id }]);
  });

  test("filter by nothing that the list doesn't know", async () => {
    const answer = await acme.agent.call("POST /saved-views", {
      body: { name: "Odd", filters: { colour: "red" } },
    });
    expect(answer).toMatchObject({ status: 400, body: { code: "validation_failed" } });
  });
});
