import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { messagesIn, NUMBER, postSend, startPair, statusesIn, text } from "./testkit.ts";

/** So long that only what a test does brings the network back. */
const LONG = { ms: 600_000 };

describe("what a phone shows", () => {
  test("both sides in order, each with how far it got", async () => {
    const { client, send } = await startPair();
    await client.write("anna", "Is it open today?");
    await client.waitUntilIdle();
    await send(text("Until six"));
    await client.waitUntilIdle();
    const { messages } = await client.chat("anna");
    expect(messages).toMatchObject([
      { from: "customer", type: "text", text: "Is it open today?", status: "delivered" },
      { from: "business", type: "text", text: "Until six", status: "read" },
    ]);
    expect(messages[0]?.phoneNumberId).toBe(NUMBER.phoneNumberId);
  });

  test("one tick until the business's server took the message, two from then on", async () => {
    const { client, receiver } = await startPair({ retry: { firstDelayMs: 600_000 } });
    receiver.answers.next = [500];
    await client.write("anna", "Hello?");
    await client.waitUntilIdle(50).catch(() => {});
    expect((await client.chat("anna")).messages).toMatchObject([{ status: "sent" }]);
    await client.flush();
    await client.waitUntilIdle();
    expect((await client.chat("anna")).messages).toMatchObject([{ status: "delivered" }]);
  });

  test("nothing that isn't delivered yet, nor what failed", async () => {
    const { client, send } = await startPair();
    await client.write("anna", "Hello");
    await client.updateCustomer("anna", { receivesMessages: false });
    await send(text("On its way"));
    await client.setFault({ kind: "failLater", code: 131049 });
    await send(text("Never there"));
    await client.waitUntilIdle();
    expect((await client.chat("anna")).messages).toHaveLength(1);
    await client.updateCustomer("anna", { receivesMessages: true });
    await client.waitUntilIdle();
    const shown = (await client.chat("anna")).messages.map((message) => message.text);
    expect(shown).toEqual(["Hello", "On its way"]);
  });

  test("that the business read it, and that it is typing until its message comes", async () => {
    const { client, send } = await startPair();
    const { messageId } = await client.write("anna", "Hello");
    const read = { messaging_product: "whatsapp", status: "read", message_id: messageId };
    await send({ ...read, typing_indicator: { type: "text" } });
    const { messages, typing } = await client.chat("anna");
    expect(messages).toMatchObject([{ status: "read" }]);
    expect(typing).toEqual([
      { phoneNumberId: NUMBER.phoneNumberId, remainingMs: expect.any(Number) },
    ]);
    await send(text("Hi!"));
    expect((await client.chat("anna")).typing).toEqual([]);
  });

  test("reactions, edits and deletions on the messages they are about", async () => {
    const { client, send } = await startPair();
    const first = await client.write("anna", "Helo");
    const second = await client.write("anna", "My number is 123");
    await client.write("anna", { type: "edit", messageId: first.messageId, text: "Hello" });
    await client.write("anna", { type: "revoke", messageId: second.messageId });
    await send({
      ...{ messaging_product: "whatsapp", to: "+16505551234", type: "reaction" },
      reaction: { message_id: first.messageId, emoji: "👋" },
    });
    await client.waitUntilIdle();
    expect((await client.chat("anna")).messages).toMatchObject([
      { text: "Hello", edited: true, reactions: [{ from: "business", emoji: "👋" }] },
      { text: null, deleted: true },
    ]);
    await client.react("anna", first.messageId, "👍");
    await client.react("anna", first.messageId, null);
    const [bubble] = (await client.chat("anna")).messages;
    expect(bubble?.reactions).toEqual([{ from: "business", emoji: "👋" }]);
  });

  test("what the business wrote in its own app", async () => {
    const { client } = await startPair();
    await client.echo("anna", "From the shop's phone");
    expect((await client.chat("anna")).messages).toMatchObject([
      { from: "business", text: "From the shop's phone" },
    ]);
  });

  test("the stamp that a message was given", async () => {
    const { client } = await startPair();
    await client.write("anna", { type: "text", text: "Earlier", timestamp: 1_749_416_383 });
    expect((await client.chat("anna")).messages[0]?.at).toBe(1_749_416_383_000);
  });
});

describe("a phone without network", () => {
  test("keeps its messages until the network is back, and sends them in order", async () => {
    const { client, received } = await startPair();
    const { offlineForMs } = await client.loseNetwork("anna", LONG);
    expect(offlineForMs).toBeGreaterThan(0);
    await client.write("anna", "One");
    await client.write("anna", "Two");
    expect(await client.webhooks()).toEqual([]);
    expect((await client.chat("anna")).messages.map(({ status }) => status)).toEqual([
      "waiting",
      "waiting",
    ]);
    await client.loseNetwork("anna", { ms: 0 });
    await client.waitUntilIdle();
    expect(messagesIn(received).map((message) => message.text)).toEqual([
      { body: "One" },
      { body: "Two" },
    ]);
    expect((await client.chat("anna")).messages[1]?.status).toBe("delivered");
  });

  test("gets nothing and reads nothing until then", async () => {
    const { client, received, send } = await startPair();
    await client.write("anna", "Hello");
    await client.loseNetwork("anna", LONG);
    const { json } = await send(text("Are you there?"));
    await client.waitForSent("anna", 1);
    expect((await client.chat("anna")).messages).toHaveLength(1);
    await expect(client.read("anna")).rejects.toThrow("no network");
    await client.loseNetwork("anna", { ms: 0 });
    await client.waitUntilIdle();
    const id = json.messages?.[0]?.id;
    const steps = statusesIn(received).filter((status) => status.id === id);
    expect(steps.map(({ status }) => status)).toEqual(["sent", "delivered", "read"]);
  });

  test("has it back by itself after the time set", async () => {
    const { client, received } = await startPair();
    await client.loseNetwork("anna", { ms: 20 });
    await client.write("anna", "Still there?");
    await client.waitUntilIdle();
    expect(messagesIn(received)).toHaveLength(1);
    expect((await client.customers())[0]?.offlineForMs).toBeNull();
  });

  test("that loses it again meanwhile waits for the later end", async () => {
    const { client } = await startPair();
    await client.loseNetwork("anna", { ms: 5 });
    await client.loseNetwork("anna", LONG);
    await client.write("anna", "Hello");
    await client.loseNetwork("anna", { ms: 5 });
    await client.flush();
    await client.waitUntilIdle();
    expect((await client.chat("anna")).messages[0]?.status).toBe("delivered");
  });
});

describe("files of customers", () => {
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);

  test("a photo goes out with its own id, type and hash, and can be looked at", async () => {
    const { client, received, url } = await startPair();
    const mediaId = await client.storeMedia("image/png", png);
    await client.write("anna", { type: "image", mediaId, caption: "The parcel" });
    await client.waitUntilIdle();
    const sha256 = createHash("sha256").update(png).digest("base64");
    expect(messagesIn(received)[0]?.image).toEqual({
      ...{ id: mediaId, mime_type: "image/png", sha256, caption: "The parcel" },
    });
    expect((await client.chat("anna")).messages).toMatchObject([{ mediaId, text: "The parcel" }]);
    const file = await fetch(`${url}/_emulator/media/${mediaId}`);
    expect(file.headers.get("content-type")).toBe("image/png");
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(png);
  });

  test("what a browser could run is refused, and so is a file that isn't there", async () => {
    const { client } = await startPair();
    for (const type of ["text/html", "image/svg+xml", "application/json"]) {
      await expect(client.storeMedia(type, png)).rejects.toThrow("Send the file itself");
    }
    await expect(client.write("anna", { type: "voice", mediaId: "42" })).rejects.toThrow(
      "There is no file 42",
    );
  });
});

describe("phones of an earlier run", () => {
  test("come back with their chats and files, and with what waited on them", async () => {
    const before = await startPair();
    const mediaId = await before.client.storeMedia("image/png", new Uint8Array([1, 2, 3]));
    await before.client.write("anna", { type: "image", mediaId });
    await before.client.waitUntilIdle();
    await before.send(text("Thank you"));
    await before.client.waitUntilIdle();
    await before.client.loseNetwork("anna", LONG);
    await before.client.write("anna", "And one more thing");
    const phones = await before.client.exportPhones();

    const after = await startPair();
    await expect(after.client.importPhones(phones)).rejects.toThrow("customer anna already");
    await after.client.reset();
    await after.client.importPhones(phones);
    await after.client.waitUntilIdle();
    const { messages } = await after.client.chat("anna");
    const same = (await before.client.chat("anna")).messages.slice(0, 2);
    expect(messages).toEqual([...same, expect.objectContaining({ status: "delivered" })]);
    expect(messagesIn(after.received).map((message) => message.text)).toEqual([
      { body: "And one more thing" },
    ]);
    expect((await fetch(`${after.url}/_emulator/media/${mediaId}`)).status).toBe(200);
    expect((await after.send(text("You are welcome"))).status).toBe(200);
  });
});

describe("whoever watches the phones", () => {
  test("hears of each change as it happens", async () => {
    const { client, url, emulator } = await startPair();
    const changes = await watch(url);
    expect(await changes.next()).toEqual({ type: "ready" });
    await client.updateCustomer("anna", { name: "Anna K." });
    expect(await changes.next()).toEqual({ type: "customers" });
    await client.write("anna", "Hello");
    expect(await changes.next()).toEqual({ type: "chat", customerId: "anna" });
    await client.waitUntilIdle();
    expect(await changes.next()).toEqual({ type: "chat", customerId: "anna" });
    await client.updateNumber(NUMBER.phoneNumberId, { verifiedName: "Shop" });
    expect(await changes.next()).toEqual({ type: "numbers" });
    await client.reset();
    expect(await changes.next()).toEqual({ type: "reset" });
    await postSend(emulator.url, text("Nobody there"), NUMBER.accessToken);
    await changes.stop();
  });
});

describe("the page of phones", () => {
  test("is there with all that it needs, and may load nothing else", async () => {
    const { url } = await startPair();
    for (const path of ["/", "/phones"]) {
      const page = await fetch(`${url}${path}`);
      expect(page.status).toBe(200);
      expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
      const html = await page.text();
      const files = [...html.matchAll(/(?:href|src)="(\/phones\/[^"]+)"/g)].map(([, file]) => file);
      expect(files.length).toBeGreaterThan(2);
      for (const file of files) expect((await fetch(`${url}${file}`)).status).toBe(200);
    }
    const script = await fetch(`${url}/phones/main.mjs`);
    expect(script.headers.get("content-type")).toMatch(/javascript/);
  });

  test.each([
    "/phones/tsconfig.json",
    "/phones/../phones-page.ts",
    "/phones/%2e%2e/phones-page.ts",
  ])("does not give away %s", async (path) => {
    const { url } = await startPair();
    expect((await fetch(`${url}${path}`)).status).not.toBe(200);
  });
});

/** Reads the server-sent events one by one. */
async function watch(url: string) {
  const abort = new AbortController();
  const response = await fetch(`${url}/_emulator/events`, { signal: abort.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const waiting: unknown[] = [];
  let rest = "";
  return {
    next: async (): Promise<unknown> => {
      while (waiting.length === 0) {
        const { value = "", done } = (await reader?.read()) ?? { done: true };
        if (done) throw new Error("the stream ended");
        const parts = (rest + value).split("\n\n");
        rest = parts.pop() ?? "";
        waiting.push(
          ...parts
            .filter((part) => part.startsWith("data: "))
            .map((part) => JSON.parse(part.slice("data: ".length))),
        );
      }
      return waiting.shift();
    },
    stop: async () => {
      abort.abort();
      await reader?.cancel().catch(() => {});
    },
  };
}
