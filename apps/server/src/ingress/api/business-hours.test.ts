import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createTestApi, type TestApi, type TestTenant } from "../../testkit/test-api.ts";

const api: TestApi = await createTestApi();
let acme: TestTenant;

beforeEach(async () => {
  acme = await api.createTenant("Acme");
});
afterAll(() => api.close());

const WEEKDAYS = {
  monday: [{ from: "09:00", until: "17:00" }],
  tuesday: [],
  wednesday: [],
  thursday: [],
  friday: [],
  saturday: [],
  sunday: [],
};

describe("business hours", () => {
  test("are not limited until an admin says so", async () => {
    expect((await acme.agent.call("GET /business-hours")).body).toEqual({
      businessHours: null,
      open: true,
      nextChangeAt: null,
    });
    const body = { businessHours: { timeZone: "Asia/Ho_Chi_Minh", weekdays: WEEKDAYS } };
    expect((await acme.supervisor.call("PUT /business-hours", { body })).status).toBe(403);
    const saved = await acme.admin.call("PUT /business-hours", { body });
    expect(saved).toMatchObject({
      status: 200,
      body: {
        businessHours: { ...body.businessHours, holidays: [] },
        open: expect.any(Boolean),
        nextChangeAt: expect.stringMatching(/T(02|10):00:00\.000Z$/),
      },
    });
    expect((await acme.agent.call("GET /business-hours")).body).toEqual(saved.body);
    await acme.admin.call("PUT /business-hours", { body: { businessHours: null } });
    const { body: log } = await acme.admin.call("GET /audit-log?act=businessHours.saved");
    expect(log.entries).toMatchObject([
      { before: { timeZone: "Asia/Ho_Chi_Minh" }, after: null },
      { before: null, after: { timeZone: "Asia/Ho_Chi_Minh", weekdays: WEEKDAYS } },
    ]);
  });

  test("travel in the settings file, with the presence settings", async () => {
    const businessHours = {
      timeZone: "Europe/Berlin",
      weekdays: WEEKDAYS,
      holidays: ["2026-12-25"],
    };
    const presence = { whenOffline: "reassign", autoAwayMinutes: 10 };
    await acme.admin.call("PUT /business-hours", { body: { businessHours } });
    await acme.admin.call("PUT /presence-settings", { body: presence });
    const { body: file } = await acme.admin.call("GET /settings/export");
    expect(file).toMatchObject({ businessHours, presence });

    const rival = await api.createTenant("Rival");
    const { channels: _theirs, ...portable } = file;
    const first = await rival.admin.call("POST /settings/import", { body: portable });
    expect(first.body).toMatchObject({
      businessHours: { changed: true },
      presence: { changed: true },
    });
    const again = await rival.admin.call("POST /settings/import", { body: portable });
    expect(again.body).toMatchObject({
      businessHours: { changed: false },
      presence: { changed: false },
    });
    const { businessHours: _hours, presence: _presence, ...older } = portable;
    await rival.admin.call("POST /settings/import", { body: older });
    expect((await rival.admin.call("GET /business-hours")).body).toMatchObject({ businessHours });
    expect((await rival.admin.call("GET /presence-settings")).body).toEqual(presence);
  });

  test.each([
    ["a zone nobody knows", { timeZone: "Mars/Olympus", weekdays: WEEKDAYS }],
    ["an offset instead of a zone", { timeZone: "+07:00", weekdays: WEEKDAYS }],
    [
      "hours that end before they begin",
      { timeZone: "UTC", weekdays: { monday: [{ from: "22:00", until: "06:00" }] } },
    ],
    [
      "hours that overlap",
      {
        timeZone: "UTC",
        weekdays: {
          monday: [
            { from: "09:00", until: "12:00" },
            { from: "11:00", until: "13:00" },
          ],
        },
      },
    ],
    [
      "a time of day there isn't",
      { timeZone: "UTC", weekdays: { monday: [{ from: "9", until: "25:00" }] } },
    ],
    ["a date there isn't", { timeZone: "UTC", weekdays: WEEKDAYS, holidays: ["2026-02-30"] }],
  ])("are refused with %s", async (_, businessHours) => {
    const answer = await acme.admin.call("PUT /business-hours", { body: { businessHours } });
    expect(answer).toMatchObject({ status: 400, body: { code: "validation_failed" } });
  });
});
