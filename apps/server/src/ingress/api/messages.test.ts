import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { recordDelivery } from "../../actions/record-delivery.ts";
import { refuseSend } from "../../actions/refuse-send.ts";
import { claimSends } from "../../store/outbox.ts";
import { createTestApi, type TestApi, type TestTenant } from "../../testkit/test-api.ts";

let api: TestApi;
let acme: TestTenant;
let session: string;
let phone = 49_180_000;

beforeAll(async () => {
  api = await createTestApi();
  acme = await api.createTenant("Acme");
});

afterAll(() => api.close());

beforeEach(async () => {
  phone += 1;
  session = await acme.customerWrites(String(phone));
});

async function send(body: unknown, key?: string) {
  const headers = key === undefined ? {} : { "idempotency-key": key };
  return await acme.agent.call(`POST /sessions/${session}/messages`, { body, headers });
}

async function leaveNote(text: string) {
  return await acme.agent.call(`POST /sessions/${session}/notes`, { body: { text } });
}

async function messages(): Promise<{ id: string; kind: string }[]> {
  const { body } = await acme.agent.call(`GET /sessions/${session}/messages`);
  return body.messages as { id: string; kind: string }[];
}

const TEXT = { type: "text", text: "On its way" };

describe("writing", () => {
  test("a reply is answered with the queued message and takes the session", async () => {
    const sent = await send(TEXT);
    expect(sent.status).toBe(201);
    expect(sent.body).toMatchObject({
      kind: "agent",
      authorId: acme.agent.id,
      content: TEXT,
      delivery: { state: "queued", error: null },
    });
    const { body } = await acme.agent.call(`GET /sessions/${session}`);
    expect(body).toMatchObject({ assigneeId: acme.agent.id, turn: "customer" });
  });

  test("outside the window only a template leaves", async () => {
    await closeWindow();
    expect(await send(TEXT)).toMatchObject({ status: 409, body: { code: "window_closed" } });
    const template = await send({ type: "template", name: "hello", language: "en" });
    expect(template).toMatchObject({ status: 201, body: { content: { type: "template" } } });
  });

  test.each([
    [{ type: "text", text: "" }, 400],
    [{ type: "text", text: " \n " }, 400],
    [{ type: "text" }, 400],
    [{ type: "sticker", text: "x" }, 400],
    [{ type: "text", text: "x", colour: "red" }, 400],
    [undefined, 400],
    [{ type: "text", text: "x".repeat(5_000) }, 422],
  ])("%j is refused", async (body, status) => {
    expect((await send(body)).status).toBe(status);
    expect(await messages()).toHaveLength(1);
  });

  test("a reply may quote what the customer wrote, which the provider knows by its own id", async () => {
    const { body } = await acme.agent.call(`GET /sessions/${session}/messages`);
    const [asked] = body.messages as { id: string; externalId: string }[];
    const sent = await send({ ...TEXT, replyTo: asked?.id });
    expect(sent).toMatchObject({
      status: 201,
      body: { replyTo: asked?.id, replyToExternalId: asked?.externalId },
    });
  });

  test("a reply can't quote what is not of this contact, or not at the provider", async () => {
    const note = await leaveNote("Only for us");
    const others = await acme.customerWrites(`${phone}99`);
    const { body } = await acme.agent.call(`GET /sessions/${others}/messages`);
    const [foreign] = body.messages as { id: string }[];
    for (const replyTo of [note.body.id, foreign?.id, session, "wamid.1", ""]) {
      expect(await send({ ...TEXT, replyTo }), String(replyTo)).toMatchObject({
        status: 400,
        body: { code: "validation_failed", errors: [{ path: "replyTo" }] },
      });
    }
    expect((await messages()).map((message) => message.kind)).toEqual(["inbound", "note"]);
  });

  test("messages come oldest first, or newest first, in pages", async () => {
    for (const text of ["one", "two", "three"]) await leaveNote(text);
    const oldest = (await messages()).map((message) => message.id);
    const path = `GET /sessions/${session}/messages?order=newest`;
    const first = await acme.agent.call(`${path}&limit=3`);
    const rest = await acme.agent.call(`${path}&limit=3&cursor=${first.body.nextCursor}`);
    const both = [...(first.body.messages as []), ...(rest.body.messages as [])];
    expect(both.map(({ id }) => id)).toEqual(oldest.toReversed());
    expect(rest.body.nextCursor).toBeNull();
  });
});

describe("a message that did not arrive", () => {
  test("is sent once more as a new one, which ends the alert about it", async () => {
    const failed = await settled("failed");
    const alerts = async () => {
      const { body } = await acme.agent.call("GET /notifications?kind=sendFailed&withdrawn=false");
      return (body.notifications as { sessionId: string }[]).filter(
        ({ sessionId }) => sessionId === session,
      );
    };
    expect(await alerts()).toHaveLength(1);
    const again = await resend(failed, "again");
    expect(again).toMatchObject({
      status: 201,
      body: { content: TEXT, delivery: { state: "queued" } },
    });
    expect(again.body.id).not.toBe(failed);
    expect((await resend(failed, "again")).body.id).toBe(again.body.id);
    expect(await messages()).toHaveLength(3);
    expect(await alerts()).toEqual([]);
    const { body } = await acme.agent.call(`GET /sessions/${session}`);
    expect(body.turn).toBe("customer");
  });

  test("is not sent again outside the window, nor what was not refused", async () => {
    const queued = String((await send(TEXT)).body.id);
    expect(await resend(queued)).toMatchObject({
      status: 409,
      body: { code: "message_not_failed" },
    });
    const note = await leaveNote("For you");
    expect(await resend(String(note.body.id))).toMatchObject({
      status: 404,
      body: { code: "message_not_found" },
    });
    const failed = await settled("failed");
    await closeWindow();
    expect(await resend(failed)).toMatchObject({ status: 409, body: { code: "window_closed" } });
  });
});

describe("a message of which nobody knows whether it arrived", () => {
  test("is settled once by a person, and counts as delivered", async () => {
    const unknown = await settled("unknown");
    expect(await settle(unknown, "delivered")).toMatchObject({
      status: 200,
      body: { delivery: { state: "delivered", error: null } },
    });
    expect(await settle(unknown, "notDelivered")).toMatchObject({
      status: 409,
      body: { code: "message_not_unknown" },
    });
    expect(await timeline()).toMatch(/ said that the message reached the customer\./);
  });

  test("or as never written: the customer is owed a reply again", async () => {
    const unknown = await settled("unknown");
    const turn = async () => (await acme.agent.call(`GET /sessions/${session}`)).body.turn;
    expect(await turn()).toBe("customer");
    expect(await settle(unknown, "notDelivered")).toMatchObject({
      status: 200,
      body: { delivery: { state: "failed", error: { code: "settled_by_member" } } },
    });
    expect(await turn()).toBe("agent");
    expect(await timeline()).toMatch(/ said that the message did not reach the customer\./);
    expect((await resend(unknown)).status).toBe(201);
  });

  test("is not another's to settle", async () => {
    const unknown = await settled("unknown");
    await acme.admin.call(`PUT /sessions/${session}/followers/${acme.otherAgent.id}`);
    const route = `POST /sessions/${session}/messages/${unknown}/settle`;
    const answer = await acme.otherAgent.call(route, { body: { as: "delivered" } });
    expect(answer).toMatchObject({ status: 403, body: { code: "not_allowed" } });
  });

  async function settle(id: string, as: "delivered" | "notDelivered") {
    return await acme.agent.call(`POST /sessions/${session}/messages/${id}/settle`, {
      body: { as },
    });
  }

  async function timeline(): Promise<string> {
    return (await acme.agent.call(`GET /sessions/${session}/timeline`)).text;
  }
});

async function resend(id: string, key?: string) {
  const headers = key === undefined ? {} : { "idempotency-key": key };
  return await acme.agent.call(`POST /sessions/${session}/messages/${id}/resend`, { headers });
}

/** A message that the provider refused, or of whose sending nobody knows how it ended. */
async function settled(as: "failed" | "unknown"): Promise<string> {
  const { body } = await send(TEXT);
  const messageId = String(body.id);
  const of = { accountId: acme.accountId, sessionId: session, messageId };
  if (as === "failed") {
    await refuseSend(api.deps, of, { code: "131026", message: "Undeliverable." });
  } else {
    const claimed = await api.deps.db.transaction((tx) => claimSends(tx, acme.agent.id, 1_000));
    const send = claimed.find((each) => each.messageId === messageId);
    if (send === undefined) throw new Error("a queued message is there to be sent");
    const outcome = { type: "unknown", code: "timeout", message: "No answer." } as const;
    await recordDelivery(api.deps, [{ send, outcome }]);
  }
  return messageId;
}

describe("an idempotency key", () => {
  test("gives the same answer again and sends once", async () => {
    const first = await send(TEXT, "key-1");
    const again = await send(TEXT, "key-1");
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(await messages()).toHaveLength(2);
  });

  test("of ten requests at once, one is done and all get its answer", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(TEXT, "key-2")));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(answers.every((answer) => answer.status === 201)).toBe(true);
    expect(await messages()).toHaveLength(2);
  });

  test("can't be used for something else", async () => {
    await send(TEXT, "key-3");
    const other = await send({ ...TEXT, text: "Something else" }, "key-3");
    expect(other).toMatchObject({ status: 409, body: { code: "idempotency_key_reused" } });
  });

  test("is each member's own", async () => {
    await send(TEXT, "key-4");
    const theirs = await acme.supervisor.call(`POST /sessions/${session}/messages`, {
      body: TEXT,
      headers: { "idempotency-key": "key-4" },
    });
    expect(theirs.body.authorId).toBe(acme.supervisor.id);
  });

  test("may be tried again after a refusal", async () => {
    await closeWindow();
    expect((await send(TEXT, "key-5")).status).toBe(409);
    await acme.customerWrites(String(phone), "Still there?");
    expect((await send(TEXT, "key-5")).status).toBe(201);
  });

  test("is forgotten after 24 hours", async () => {
    await send(TEXT, "key-6");
    await age("key-6", 24 * 3_600_000 + 1_000);
    expect((await send(TEXT, "key-6")).status).toBe(201);
    expect(await messages()).toHaveLength(3);
  });

  test("of a node that died before it sent is done by whoever repeats the request", async () => {
    await send(TEXT, "key-7");
    await api.deps.db.query("delete from messages where kind = 'agent' and session_id = $1", [
      session,
    ]);
    await abandon("key-7", "0195c8f0-0000-7000-8000-000000000000");
    expect((await send(TEXT, "key-7")).status).toBe(201);
    expect(await messages()).toHaveLength(2);
  });

  test("of a node that died after it sent gives the message that was sent", async () => {
    const first = await send(TEXT, "key-8");
    await abandon("key-8", String(first.body.id));
    expect((await send(TEXT, "key-8")).body.id).toBe(first.body.id);
    expect(await messages()).toHaveLength(2);
  });

  test("of a node that died between sending and answering gives the message sent", async () => {
    const { db } = api.deps;
    await db.query(
      `create function die() returns trigger language plpgsql as
       $$ begin raise 'the node died here'; end $$`,
    );
    await db.query(
      `create trigger die before update on idempotency_keys
       for each row when (new.status = 201) execute function die()`,
    );
    expect((await send(TEXT, "key-9")).status).toBe(500);
    await db.query("drop function die cascade");
    await age("key-9", 61_000);
    expect((await send(TEXT, "key-9")).status).toBe(201);
    expect(await messages()).toHaveLength(2);
  });

  test.each(["", "x".repeat(256), "with space"])("%j is no key", async (key) => {
    expect(await send(TEXT, key)).toMatchObject({
      status: 400,
      body: { code: "idempotency_key_invalid" },
    });
  });

  async function age(key: string, byMs: number): Promise<void> {
    await api.deps.db.query(
      "update idempotency_keys set created_at = created_at - $2::bigint where key = $1",
      [key, byMs],
    );
  }

  async function abandon(key: string, resultId: string): Promise<void> {
    await api.deps.db.query(
      `update idempotency_keys set status = 0, response = json_build_object('resultId', $2::text)
       where key = $1`,
      [key, resultId],
    );
    await age(key, 61_000);
  }
});

/** The customer's last message was more than a day ago. */
async function closeWindow(): Promise<void> {
  const longAgo = Date.now() - 25 * 3_600_000;
  await api.deps.db.query("update sessions set last_customer_stamp = $2 where id = $1", [
    session,
    longAgo,
  ]);
  await api.deps.db.query(
    `update contact_identities i set last_customer_stamp = $2 from sessions s
     where s.id = $1 and i.contact_id = s.contact_id`,
    [session, longAgo],
  );
}
