import { DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createTestApi, type TestApi, type TestTenant } from "../../testkit/test-api.ts";

const api: TestApi = await createTestApi();
let acme: TestTenant;

beforeEach(async () => {
  acme = await api.createTenant("Acme");
});

afterAll(() => api.close());

interface Entry {
  readonly act: string;
  readonly memberId: string | null;
  readonly [name: string]: unknown;
}

async function entries(query = ""): Promise<readonly Entry[]> {
  const { body } = await acme.admin.call(`GET /audit-log${query}`);
  return body.entries as readonly Entry[];
}

describe("the audit log", () => {
  test("tells who saved the clock's settings, from where, and what they were", async () => {
    const { closure, reassign, reply } = DEFAULT_CLOCK_SETTINGS;
    const settings = { closure, reassign, reply: { ...reply, enabled: true, limitMinutes: 90 } };
    await acme.admin.call("PUT /settings/clock", { body: { ...settings, applyTo: "all" } });
    const [entry] = await entries("?act=settings.saved");
    expect(entry).toMatchObject({
      ...{ memberId: acme.admin.id, memberName: "Ada Acme", via: "token", ip: "127.0.0.1" },
      subjectId: null,
      before: { version: 1, settings: { reply: { enabled: false } } },
      after: { version: 2, applyTo: "all", settings: { reply: { limitMinutes: 90 } } },
    });
  });

  test("has a rule's life, newest first", async () => {
    const body = { name: "Everybody", target: { everyone: true } };
    const { body: rule } = await acme.admin.call("POST /assignment-rules", { body });
    await acme.admin.call(`PATCH /assignment-rules/${rule.id}`, { body: { capacity: 3 } });
    await acme.admin.call(`DELETE /assignment-rules/${rule.id}`);
    const life = await entries(`?subject=${rule.id}`);
    expect(life.map(({ act, before, after }) => ({ act, before, after }))).toEqual([
      { act: "rule.deleted", before: { ...rule, capacity: 3 }, after: null },
      { act: "rule.changed", before: rule, after: { ...rule, capacity: 3 } },
      { act: "rule.created", before: null, after: rule },
    ]);
  });

  test("has members, tokens and channels, and none of their secrets", async () => {
    const member = { email: "new@acme.test", name: "Nia", role: "agent" };
    const added = await acme.admin.call("POST /members", { body: member });
    const token = await acme.admin.call("POST /tokens", { body: { name: "Reports" } });
    await acme.admin.call(`DELETE /tokens/${token.body.id}`);
    const body = { name: "Shop", config: { accessToken: "EAAG-very-secret" } };
    await acme.admin.call(`PATCH /channels/${acme.channelId}`, { body });
    const mine = await entries(`?member=${acme.admin.id}`);
    expect(mine.map(({ act }) => act)).toEqual([
      ...["channel.changed", "token.revoked", "token.created", "member.added"],
    ]);
    expect(mine[0]).toMatchObject({ after: { name: "Shop", credentials: ["accessToken"] } });
    expect(mine[3]).toMatchObject({ after: member });
    const { text } = await acme.admin.call("GET /audit-log/export");
    const invitation = new URL(Object(added.body.invitation).url).searchParams.get("token");
    for (const secret of ["EAAG-very-secret", token.body.secret, invitation, "secret-of-Acme"]) {
      expect(text).not.toContain(secret);
    }
  });

  test("notes an imported file change by change", async () => {
    const { body: file } = await acme.admin.call("GET /settings/export");
    const clock = structuredClone(file.clock) as { closure: { afterMinutes: number } };
    clock.closure.afterMinutes = 77;
    const rule = { name: "Everybody", target: { everyone: true } };
    const { body: made } = await acme.admin.call("POST /assignment-rules", { body: rule });
    await acme.admin.call("POST /settings/import", { body: { ...file, clock } });
    const [removed, saved] = await entries();
    expect(removed).toMatchObject({ act: "rule.deleted", subjectId: made.id, before: rule });
    expect(saved).toMatchObject({ act: "settings.saved", after: { settings: clock } });
  });

  test("names nobody for what is done on the server itself", async () => {
    const [created] = (await entries()).slice(-1);
    expect(created).toMatchObject({
      ...{ act: "business.created", memberId: null, via: "commandLine", ip: null },
    });
  });

  test("is exported whole, an entry on each line, however long it is", async () => {
    await api.deps.db.query(
      `insert into audit_log (account_id, at, via, act, after)
       select $1, number, 'commandLine', 'token.created', to_json(number)
       from generate_series(1, 1201) as number`,
      [acme.accountId],
    );
    const { text, headers } = await acme.admin.call(
      "GET /audit-log/export?act=token.created&until=2000-01-01T00:00:00Z",
    );
    const lines = text.trimEnd().split("\n");
    const numbers = lines.map((line) => (JSON.parse(line) as Entry).after);
    expect(headers["content-type"]).toContain("application/x-ndjson");
    expect(numbers).toEqual(Array.from({ length: 1_201 }, (_, index) => 1_201 - index));
  });

  test("comes in pages and between two times", async () => {
    const { body } = await acme.admin.call("GET /audit-log?limit=2");
    const rest = await entries(`?limit=100&cursor=${body.nextCursor}`);
    expect([...(body.entries as Entry[]), ...rest]).toEqual(await entries("?limit=100"));
    expect(await entries("?until=2020-01-01T00:00:00Z")).toEqual([]);
  });

  test("is for admins", async () => {
    expect((await acme.supervisor.call("GET /audit-log")).status).toBe(403);
    expect((await acme.agent.call("GET /audit-log/export")).status).toBe(403);
  });

  test("can't be changed or shortened, by nobody", async () => {
    const { db } = api.deps;
    await expect(db.query("update audit_log set ip = null")).rejects.toThrow("append-only");
    await expect(db.query("delete from audit_log")).rejects.toThrow("append-only");
    await expect(db.query("truncate audit_log")).rejects.toThrow("append-only");
  });
});
