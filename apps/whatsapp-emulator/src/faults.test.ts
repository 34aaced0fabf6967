import { describe, expect, test } from "vitest";
import { messagesIn, NUMBER, startPair, statusesIn, text, valuesIn } from "./testkit.ts";

function bodiesIn(received: Parameters<typeof messagesIn>[0]) {
  return messagesIn(received).map((message) => (message.text as { body: string }).body);
}

describe("webhook faults", () => {
  test("lose: the webhook never comes, and the list says so", async () => {
    const { client, received } = await startPair();
    await client.setFault({ kind: "lose", times: 1 });
    await client.write("anna", "lost");
    await client.write("anna", "kept");
    await client.waitUntilIdle();
    expect(bodiesIn(received)).toEqual(["kept"]);
    expect((await client.webhooks()).map((one) => one.state)).toEqual(["lost", "delivered"]);
  });

  test("duplicate: the same bytes come again, one after the other or at once", async () => {
    const { client, received, receiver } = await startPair();
    receiver.answers.delayMs = 30;
    await client.setFault({ kind: "duplicate", copies: 3, times: 1 });
    await client.write("anna", "one by one");
    await client.waitUntilIdle();
    expect(new Set(received.map((one) => one.raw)).size).toBe(1);
    expect(received.map((one) => one.concurrent)).toEqual([1, 1, 1]);

    receiver.answers.delayMs = 500;
    await client.setFault({ kind: "duplicate", copies: 3, concurrent: true, times: 1 });
    await client.write("anna", "at once");
    await client.waitUntilIdle();
    expect(received.slice(3).map((one) => one.concurrent)).toEqual([1, 2, 3]);
    expect((await client.webhooks()).map((one) => one.copy)).toEqual([1, 2, 3, 1, 2, 3]);
  });

  test("reorder: what came last arrives first", async () => {
    const { client, received } = await startPair();
    await client.setFault({ kind: "reorder", size: 3, times: 1 });
    for (const body of ["1", "2", "3", "4"]) await client.write("anna", body);
    await client.waitUntilIdle();
    expect(bodiesIn(received)).toEqual(["3", "2", "1", "4"]);
  });

  test.each([
    ["messages", 1, 1],
    ["changes", 1, 3],
    ["entries", 3, 3],
  ] as const)("batch: several updates come in one POST, as %s", async (shape, entries, values) => {
    const { client, received } = await startPair();
    await client.addCustomer({ id: "ben", name: "Ben", phone: "+16505550002" });
    await client.setFault({ kind: "batch", max: 3, shape, times: 1 });
    await client.write("anna", "1");
    await client.write("ben", "2");
    await client.write("anna", "3");
    await client.waitUntilIdle();
    expect(received).toHaveLength(1);
    expect(received[0]?.payload.entry).toHaveLength(entries);
    expect(valuesIn(received)).toHaveLength(values);
    expect(bodiesIn(received)).toEqual(["1", "2", "3"]);
  });

  test("batch: customers are named once, and messages don't mix with statuses", async () => {
    const { client, received, send } = await startPair({ window: "off" });
    await client.setFault({ kind: "batch" });
    await client.write("anna", "1");
    await client.write("anna", "2");
    await send(text("Hello"));
    await client.waitUntilIdle();
    expect(received).toEqual([]);
    await client.flush();
    await client.waitUntilIdle();
    const [messages, statuses] = valuesIn(received);
    expect(messages?.contacts).toHaveLength(1);
    expect(messages).not.toHaveProperty("statuses");
    expect(statuses?.statuses).toHaveLength(3);
  });

  test("what a batch holds is told, and goes out when the fault is cleared", async () => {
    const { client, received } = await startPair();
    const fault = await client.setFault({ kind: "batch" });
    await client.write("anna", "1");
    expect(await client.waitUntilIdle()).toEqual({ idle: true, pending: 0, held: 1 });
    await client.clearFault(fault.id);
    await client.waitUntilIdle();
    expect(bodiesIn(received)).toEqual(["1"]);
    expect(await client.faults()).toEqual([]);
  });

  test("delay: later webhooks overtake, and a flush ends the waiting", async () => {
    const { client, received } = await startPair();
    await client.setFault({ kind: "delay", ms: 600_000, times: 1 });
    await client.write("anna", "late");
    const second = await client.write("anna", "in time");
    expect(second.messageId).toMatch(/^wamid/);
    await expect(client.waitUntilIdle(50)).rejects.toThrow("still busy");
    await client.flush();
    await client.waitUntilIdle();
    expect(bodiesIn(received)).toEqual(["in time", "late"]);
  });

  test("a fault can be for one customer, for statuses only, or for one status", async () => {
    const { client, received, send } = await startPair();
    await client.addCustomer({ id: "ben", name: "Ben", phone: "+16505550002" });
    await client.setFault({ kind: "lose", customerId: "ben" });
    await client.setFault({ kind: "lose", updates: "statuses", status: "delivered" });
    await client.write("ben", "lost");
    await client.write("anna", "kept");
    await send(text("Hello"));
    await client.waitUntilIdle();
    expect(bodiesIn(received)).toEqual(["kept"]);
    expect(statusesIn(received).map((one) => one.status)).toEqual(["sent", "read"]);
    expect((await client.faults()).map((fault) => fault.applied)).toEqual([1, 1]);
  });
});

describe("send faults", () => {
  test.each([
    [130429, 429],
    [131056, 429],
    [131047, 400],
    [131048, 429],
    [368, 403],
    [190, 401],
  ])("error %i is answered with HTTP %i as often as asked", async (code, httpStatus) => {
    const { client, send } = await startPair({ window: "off" });
    await client.setFault({ kind: "error", code, times: 2 });
    for (const _ of [1, 2]) {
      const { status, json } = await send(text("Hello"));
      expect([status, json.error?.code]).toEqual([httpStatus, code]);
    }
    expect((await send(text("Hello"))).status).toBe(200);
    expect(await client.sent("anna")).toHaveLength(1);
    expect((await client.calls()).map((call) => call.errorCode)).toEqual([code, code, null]);
  });

  test("a fault never hides a request that Meta would refuse", async () => {
    const { client, send } = await startPair();
    await client.setFault({ kind: "error", code: 130429 });
    expect((await send(text(""))).json.error?.code).toBe(131009);
  });

  test.each(["json", "html", "empty"] as const)("a 5xx comes with a body of %s", async (body) => {
    const { client, send } = await startPair();
    await client.setFault({ kind: "serverError", httpStatus: 502, body, times: 1 });
    const answer = await send(text("Hello"));
    expect(answer.status).toBe(502);
    expect(answer.text.charAt(0)).toBe({ json: "{", html: "<", empty: "" }[body]);
    expect(await client.sent("anna")).toEqual([]);
  });

  test.each([
    ["destroy", "fetch failed"],
    ["hang", "timeout"],
  ] as const)("accepted, but the answer never comes (%s): statuses flow", async (socket, error) => {
    const { client, received, send } = await startPair({ window: "off" });
    await client.setFault({ kind: "acceptedNoAnswer", socket, times: 1 });
    const sending = send(text("Hello", { biz_opaque_callback_data: "r" })).catch(String);
    await client.waitForSent("anna", 1);
    // Sooner than the sender gives up waiting.
    await client.waitUntilIdle(1_500);
    expect(statusesIn(received).map((one) => one.status)).toEqual(["sent", "delivered", "read"]);
    expect(statusesIn(received)[0]?.biz_opaque_callback_data).toBe("r");
    const [call] = await client.calls();
    expect(call?.httpStatus).toBeNull();
    expect(call?.wamid).toMatch(/^wamid\./);
    expect(await sending).toContain(error);
  });

  test("not accepted and the connection cut: nothing comes of it", async () => {
    const { client, received, send } = await startPair({ window: "off" });
    await client.setFault({ kind: "droppedNotAccepted", times: 1 });
    await expect(send(text("Hello"))).rejects.toThrow();
    await client.waitUntilIdle();
    expect(received).toEqual([]);
    expect(await client.sent("anna")).toEqual([]);
  });

  test("a slow answer is accepted late; a flush ends the waiting", async () => {
    const { client, send } = await startPair({ window: "off" });
    await client.setFault({ kind: "slowAnswer", ms: 600_000, times: 1 });
    const answer = send(text("Hello"));
    await expect(client.waitForSent("anna", 1, 50)).rejects.toThrow("0 came");
    await client.flush();
    expect((await answer).status).toBe(200);
    await client.waitForSent("anna", 1);
  });

  test("statuses flow though the sender hung up before the slow answer", async () => {
    const { client, received, url } = await startPair({ window: "off" });
    await client.setFault({ kind: "slowAnswer", ms: 600_000, times: 1 });
    const hangUp = new AbortController();
    const answer = fetch(`${url}/v25.0/${NUMBER.phoneNumberId}/messages`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${NUMBER.accessToken}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(text("Hello")),
      signal: hangUp.signal,
    });
    await expect.poll(async () => (await client.faults())[0]?.applied).toBe(1);
    hangUp.abort();
    await expect(answer).rejects.toThrow();
    await client.flush();
    await client.waitUntilIdle();
    expect(statusesIn(received).map((one) => one.status)).toEqual(["sent", "delivered", "read"]);
  });

  test("the sent status can come before the answer", async () => {
    const { client, received, send } = await startPair({ window: "off" });
    await client.setFault({ kind: "statusBeforeAnswer", times: 1 });
    const { json } = await send(text("Hello"));
    expect(statusesIn(received)[0]).toMatchObject({ id: json.messages?.[0]?.id, status: "sent" });
    await client.waitUntilIdle();
    expect(statusesIn(received).map((one) => one.status)).toEqual(["sent", "delivered", "read"]);
  });

  test("an accepted message can fail later with any code", async () => {
    const { client, received, send } = await startPair({ window: "off" });
    await client.setFault({ kind: "failLater", code: 131049, times: 1 });
    expect((await send(text("Hello"))).status).toBe(200);
    await client.waitUntilIdle();
    const [status] = statusesIn(received);
    expect(status).toMatchObject({ status: "failed", errors: [{ code: 131049 }] });
    expect(status).not.toHaveProperty("recipient_user_id");
    expect((await client.sent("anna"))[0]?.status).toBe("failed");
  });
});
