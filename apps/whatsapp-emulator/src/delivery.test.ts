import { describe, expect, test } from "vitest";
import { EmulatorCallError } from "./client.ts";
import { startEmulator } from "./start-emulator.ts";
import { messagesIn, NUMBER, startPair, text } from "./testkit.ts";

describe("delivery of webhooks", () => {
  test("a webhook is tried again until the answer is 200", async () => {
    const { client, received, receiver } = await startPair({ retry: { firstDelayMs: 1 } });
    receiver.answers.next = [500, 404, 202];
    await client.write("anna", "Hi");
    await client.waitUntilIdle();
    expect(received).toHaveLength(4);
    expect(new Set(received.map((one) => one.raw)).size).toBe(1);
    const [webhook] = await client.webhooks();
    expect(webhook?.state).toBe("delivered");
    expect(webhook?.attempts.map((one) => one.status)).toEqual([500, 404, 202, 200]);
    expect(webhook?.attempts.at(-1)?.text).toBe("seen");
  });

  test("a webhook that keeps failing is given up after the set time", async () => {
    const retry = { firstDelayMs: 1, factor: 1, giveUpAfterMs: 20 };
    const { client, receiver } = await startPair({ retry });
    receiver.answers.status = 500;
    await client.write("anna", "Hi");
    await client.waitUntilIdle();
    const [webhook] = await client.webhooks({ state: "gaveUp" });
    expect(webhook?.attempts.length).toBeGreaterThan(1);
  });

  test("a server that is down gets everything once it is up, at its new address too", async () => {
    const { client, receiver, received } = await startPair({ retry: { firstDelayMs: 60_000 } });
    const nobody = "http://127.0.0.1:1/webhooks/1";
    await client.updateNumber(NUMBER.phoneNumberId, { webhookUrl: nobody });
    await client.write("anna", "Are you there?");
    await expect(client.waitUntilIdle(100)).rejects.toThrow("still busy");
    const [webhook] = await client.webhooks({ state: "retrying" });
    expect(webhook?.attempts[0]).toMatchObject({
      status: null,
      error: expect.stringContaining("ECONNREFUSED"),
    });
    await client.updateNumber(NUMBER.phoneNumberId, { webhookUrl: receiver.url });
    await client.flush();
    await client.waitUntilIdle();
    expect(messagesIn(received)).toHaveLength(1);
  });

  test("an answer that takes too long counts as none", async () => {
    const { client, receiver } = await startPair({
      webhookTimeoutMs: 30,
      retry: { firstDelayMs: 1, giveUpAfterMs: 0 },
    });
    receiver.answers.delayMs = 200;
    await client.write("anna", "Hi");
    await client.waitUntilIdle();
    expect((await client.webhooks({ state: "gaveUp" }))[0]?.attempts[0]?.status).toBeNull();
  });

  test("one customer's webhooks keep their order while others run beside them", async () => {
    const { client, received, receiver } = await startPair();
    receiver.answers.delayMs = 20;
    await client.addCustomer({ id: "ben", name: "Ben", phone: "+16505550002" });
    for (const body of ["1", "2", "3"]) {
      await client.write("anna", body);
      await client.write("ben", body);
    }
    await client.waitUntilIdle();
    const annas = messagesIn(received).filter((message) => message.from === "16505551234");
    expect(annas.map((message) => message.text)).toEqual([
      { body: "1" },
      { body: "2" },
      { body: "3" },
    ]);
    expect(Math.max(...received.map((one) => one.concurrent))).toBe(2);
  });

  test("no more POSTs run at once than allowed", async () => {
    const { client, received, receiver } = await startPair({ webhookConcurrency: 3 });
    receiver.answers.delayMs = 5;
    await client.bulk({ count: 30, customers: 30 });
    await client.waitUntilIdle();
    expect(received).toHaveLength(30);
    expect(Math.max(...received.map((one) => one.concurrent))).toBe(3);
  });

  test("many customers write at once, singly or in batches", async () => {
    const { client, received } = await startPair();
    expect(await client.bulk({ count: 1_000, customers: 50 })).toEqual({
      count: 1_000,
      customers: 50,
    });
    await client.waitUntilIdle();
    expect(new Set(messagesIn(received).map((message) => message.id)).size).toBe(1_000);
    await client.bulk({ count: 1_000, customers: ["anna"], batchSize: 20, text: "No. {n}" });
    await client.waitUntilIdle();
    expect(received).toHaveLength(1_050);
    expect(messagesIn(received).at(-1)).toMatchObject({ text: { body: "No. 1000" } });
    expect(received.every((one) => one.signatureFits)).toBe(true);
  });
});

describe("control", () => {
  test("the handshake shows whether the webhook knows the verify token", async () => {
    const { client, receiver } = await startPair();
    expect((await client.handshake(NUMBER.phoneNumberId)).ok).toBe(true);
    receiver.answers.verifyToken = "another";
    expect(await client.handshake(NUMBER.phoneNumberId)).toMatchObject({
      ok: false,
      answer: { status: 403 },
    });
  });

  test("webhooks to other machines are refused unless allowed by name", async () => {
    const { client } = await startPair();
    const webhookUrl = "https://chat.example.com/hook";
    await expect(client.registerNumber({ ...NUMBER, webhookUrl })).rejects.toThrow(
      "--allow-webhook-host chat.example.com",
    );
    await expect(client.updateNumber(NUMBER.phoneNumberId, { webhookUrl })).rejects.toThrow(
      EmulatorCallError,
    );
    await expect(startEmulator({ numbers: [{ ...NUMBER, webhookUrl }] })).rejects.toThrow(
      "refused",
    );
    const allowed = await startEmulator({
      numbers: [{ ...NUMBER, webhookUrl }],
      allowWebhookHosts: ["chat.example.com"],
    });
    await allowed.close();
  });

  test("a mistake in a call is answered with what to do", async () => {
    const { client } = await startPair();
    await expect(client.write("nobody", "Hi")).rejects.toThrow("There is no customer nobody");
    await expect(client.addCustomer({ bsuid: null })).rejects.toThrow("needs a phone or a bsuid");
    await expect(client.addCustomer({ phone: "+16505551234" })).rejects.toThrow("another customer");
    const millis = { type: "text", text: "x", timestamp: Date.now() } as const;
    await expect(client.write("anna", millis)).rejects.toThrow("timestamp");
  });

  test("a reset forgets customers, messages and faults, and stops what is under way", async () => {
    const { client, receiver, received } = await startPair({ retry: { firstDelayMs: 5 } });
    receiver.answers.status = 500;
    await client.setFault({ kind: "lose" });
    await client.clearFaults();
    await client.setFault({ kind: "duplicate" });
    await client.write("anna", "Hi");
    await client.reset();
    await client.waitUntilIdle();
    const before = received.length;
    expect(await client.customers()).toEqual([]);
    expect(await client.webhooks()).toEqual([]);
    expect(await client.faults()).toEqual([]);
    expect(await client.numbers()).toHaveLength(1);
    expect(received.length).toBe(before);
  });

  test("secrets are never shown", async () => {
    const { client } = await startPair();
    const shown = JSON.stringify(await client.numbers());
    for (const secret of [NUMBER.accessToken, NUMBER.appSecret, NUMBER.verifyToken]) {
      expect(shown).not.toContain(secret);
    }
  });

  test("closing doesn't wait for a connection left hanging", async () => {
    const { client, emulator, send } = await startPair({ window: "off" });
    await client.setFault({ kind: "acceptedNoAnswer", socket: "hang" });
    const hanging = send(text("Hello"));
    hanging.catch(() => {});
    await client.waitForSent("anna", 1);
    await emulator.close();
    await expect(hanging).rejects.toThrow();
  });

  test("the page of calls tells what this is", async () => {
    const { url } = await startPair();
    const page = await fetch(`${url}/_emulator`);
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(await page.text()).toContain("/_emulator/customers/{id}/messages");
  });
});
