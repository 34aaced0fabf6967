import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createTestApi, type TestApi, type TestTenant } from "../../testkit/test-api.ts";

const api: TestApi = await createTestApi();
let acme: TestTenant;

beforeEach(async () => {
  acme = await api.createTenant("Acme");
});
afterAll(() => api.close());

describe("presence settings", () => {
  test("keep sessions and leave idle members alone until an admin says otherwise", async () => {
    const before = { whenOffline: "keep", autoAwayMinutes: null };
    expect((await acme.agent.call("GET /presence-settings")).body).toEqual(before);
    const body = { whenOffline: "reassign", autoAwayMinutes: 15 };
    expect((await acme.supervisor.call("PUT /presence-settings", { body })).status).toBe(403);
    const saved = await acme.admin.call("PUT /presence-settings", { body });
    expect(saved).toMatchObject({ status: 200, body });
    expect((await acme.agent.call("GET /presence-settings")).body).toEqual(body);
    const { body: log } = await acme.admin.call("GET /audit-log?act=presenceSettings.saved");
    expect(log.entries).toMatchObject([{ before, after: body, memberId: acme.admin.id }]);
  });

  test.each([
    { whenOffline: "shuffle", autoAwayMinutes: null },
    { whenOffline: "keep", autoAwayMinutes: 0 },
    { whenOffline: "keep", autoAwayMinutes: 1_441 },
    { whenOffline: "keep" },
  ])("refuse %j", async (body) => {
    const answer = await acme.admin.call("PUT /presence-settings", { body });
    expect(answer).toMatchObject({ status: 400, body: { code: "validation_failed" } });
  });
});
