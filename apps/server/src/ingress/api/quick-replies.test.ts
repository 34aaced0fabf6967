import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApi, type TestApi, type TestTenant } from "../../testkit/test-api.ts";

let api: TestApi;
let acme: TestTenant;

beforeAll(async () => {
  api = await createTestApi();
  acme = await api.createTenant("Acme");
});

afterAll(() => api.close());

async function create(shortcut: string, text: string) {
  return await acme.supervisor.call("POST /quick-replies", { body: { shortcut, text } });
}

async function list(): Promise<{ id: string; shortcut: string; text: string }[]> {
  const { body } = await acme.agent.call("GET /quick-replies");
  return body.quickReplies as { id: string; shortcut: string; text: string }[];
}

describe("quick replies", () => {
  test("are written by a supervisor and read by every agent, by shortcut", async () => {
    const thanks = await create("Thanks", "Thank you, {{contact.firstName}}!");
    expect(thanks).toMatchObject({
      status: 201,
      body: { shortcut: "thanks", changedById: acme.supervisor.id },
    });
    await create("hello", "Hello, {{contact.name}}. This is {{ agent.name }}.");
    expect((await list()).map(({ shortcut }) => shortcut)).toEqual(["hello", "thanks"]);
  });

  test("change in what is given, and go", async () => {
    const { body } = await create("bye", "Bye!");
    const changed = await acme.supervisor.call(`PATCH /quick-replies/${body.id}`, {
      body: { text: "Good-bye!" },
    });
    expect(changed.body).toMatchObject({ shortcut: "bye", text: "Good-bye!" });
    expect(await list()).toContainEqual(changed.body);
    const gone = await acme.supervisor.call(`DELETE /quick-replies/${body.id}`);
    expect(gone.status).toBe(204);
    expect(await list()).not.toContainEqual(changed.body);
    const again = await acme.supervisor.call(`DELETE /quick-replies/${body.id}`);
    expect(again).toMatchObject({ status: 404, body: { code: "quick_reply_not_found" } });
  });

  test("have shortcuts of their own, whatever the capitals", async () => {
    await create("price", "It costs 5.");
    expect(await create("PRICE", "It costs 6.")).toMatchObject({
      status: 409,
      body: { code: "quick_reply_exists" },
    });
  });

  test("with a variable that there isn't are refused, and the field is named", async () => {
    const answer = await create("oops", "Dear {{contact.surname}}");
    expect(answer).toMatchObject({ status: 400, body: { code: "validation_failed" } });
    expect(answer.body.errors).toEqual([
      {
        path: "text",
        message:
          "{{contact.surname}} is not a variable of a quick reply: use {{contact.name}}, {{contact.firstName}}, {{agent.name}}.",
      },
    ]);
  });

  test.each(["with space", "/slash", "", "-dash"])("can't be typed after / as %j", async (name) => {
    expect((await create(name, "Text")).status).toBe(400);
  });

  test("are not an agent's to change", async () => {
    const answer = await acme.agent.call("POST /quick-replies", {
      body: { shortcut: "mine", text: "Mine" },
    });
    expect(answer).toMatchObject({ status: 403, body: { code: "not_allowed" } });
  });

  test("tell all screens that they changed, and the audit log who changed them", async () => {
    const { body } = await create("audited", "Words");
    const events = await api.deps.db.query<{ type: string }>(
      "select type from events where account_id = $1 order by id desc limit 1",
      [acme.accountId],
    );
    expect(events).toMatchObject([{ type: "quickReplies.updated" }]);
    const log = await acme.admin.call(`GET /audit-log?subject=${body.id}`);
    expect(log.body.entries).toMatchObject([
      {
        act: "quickReply.created",
        memberId: acme.supervisor.id,
        after: { shortcut: "audited", text: "Words" },
      },
    ]);
  });
});
