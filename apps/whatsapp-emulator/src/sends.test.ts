import { describe, expect, test } from "vitest";
import { ANNA, NUMBER, startPair, statusesIn, text, valuesIn } from "./testkit.ts";

const TEMPLATE = {
  messaging_product: "whatsapp",
  to: "+16505551234",
  type: "template",
  template: { name: "are_you_there", language: { code: "en" } },
};

describe("what the business sends", () => {
  test("an accepted message is sent, delivered and read, with our reference", async () => {
    const { client, received, send } = await startPair();
    await client.write("anna", "Hi");
    const { status, json } = await send(text("Hello", { biz_opaque_callback_data: "ref-1" }));
    await client.waitUntilIdle();

    expect(status).toBe(200);
    expect(json).toEqual({
      messaging_product: "whatsapp",
      contacts: [{ input: "+16505551234", wa_id: "16505551234" }],
      messages: [{ id: expect.stringMatching(/^wamid\./) }],
    });
    const statuses = statusesIn(received);
    expect(statuses.map((one) => one.status)).toEqual(["sent", "delivered", "read"]);
    for (const one of statuses) {
      expect(one).toMatchObject({
        id: json.messages?.[0]?.id,
        recipient_id: "16505551234",
        recipient_user_id: ANNA.bsuid,
        biz_opaque_callback_data: "ref-1",
        timestamp: expect.stringMatching(/^\d{10}$/),
      });
    }
    expect(statuses.map((one) => "pricing" in one)).toEqual([true, true, false]);
  });

  test("all that a customer got is listed in order, with how far it got", async () => {
    const { client, send } = await startPair({ window: "off" });
    await client.updateCustomer("anna", { readsMessages: false });
    await send(text("One"));
    await send(text("Two", { to: "16505551234" }));
    await client.waitUntilIdle();
    const sent = await client.waitForSent("anna", 2);
    expect(sent.map((one) => one.body.text)).toEqual([{ body: "One" }, { body: "Two" }]);
    expect(sent.map((one) => one.status)).toEqual(["delivered", "delivered"]);
    expect(sent.map((one) => one.warnings.length)).toEqual([0, 1]);
  });

  test("a customer reads when told to", async () => {
    const { client, received, send } = await startPair({ window: "off" });
    await client.updateCustomer("anna", { readsMessages: false });
    const { json } = await send(text("One"));
    await client.waitUntilIdle();
    expect(await client.read("anna")).toEqual([json.messages?.[0]?.id]);
    await client.waitUntilIdle();
    expect(statusesIn(received).at(-1)?.status).toBe("read");
  });

  test("with the chat open, read comes without delivered", async () => {
    const { client, received, send } = await startPair({ window: "off" });
    await client.updateCustomer("anna", { chatOpen: true });
    await send(text("One"));
    await client.waitUntilIdle();
    expect(statusesIn(received).map((one) => one.status)).toEqual(["sent", "read"]);
  });

  test("a phone that is off gets its messages when it is on again", async () => {
    const { client, received, send } = await startPair({ window: "off" });
    await client.updateCustomer("anna", { receivesMessages: false });
    await send(text("One"));
    await client.waitUntilIdle();
    expect(statusesIn(received).map((one) => one.status)).toEqual(["sent"]);
    await client.updateCustomer("anna", { receivesMessages: true });
    await client.waitUntilIdle();
    expect(statusesIn(received).map((one) => one.status)).toEqual(["sent", "delivered", "read"]);
  });

  test("a send to a business-scoped id is answered and reported without a phone", async () => {
    const { client, received, send } = await startPair({ window: "off" });
    const { to: _, ...rest } = text("Hello");
    const { json } = await send({ ...rest, recipient: ANNA.bsuid });
    await client.waitUntilIdle();
    expect(json.contacts).toEqual([{ input: ANNA.bsuid, user_id: ANNA.bsuid }]);
    const [sent] = statusesIn(received);
    expect(sent).toMatchObject({ recipient_user_id: ANNA.bsuid });
    expect(sent).not.toHaveProperty("recipient_id");
  });

  test("a message to a number without WhatsApp is accepted and fails later", async () => {
    const { client, received, send } = await startPair();
    const { status } = await send(text("Hello", { to: "+19995550000" }));
    await client.waitUntilIdle();
    expect(status).toBe(200);
    const [value] = valuesIn(received);
    expect(value).not.toHaveProperty("contacts");
    expect(value?.statuses).toMatchObject([{ status: "failed", errors: [{ code: 131026 }] }]);
  });

  test("read receipts and the typing indicator are answered", async () => {
    const { client, send } = await startPair();
    const { messageId } = await client.write("anna", "Hi");
    const receipt = { messaging_product: "whatsapp", status: "read", message_id: messageId };
    expect((await send(receipt)).json).toEqual({ success: true });
    const typing = { ...receipt, typing_indicator: { type: "text" } };
    expect((await send(typing)).json).toEqual({ success: true });
    expect((await send({ ...receipt, message_id: "wamid.nobody" })).json.error?.code).toBe(131009);
  });
});

describe("the 24-hour window", () => {
  const DAY_AGO = Math.floor(Date.now() / 1_000) - 24 * 3_600 - 60;

  test("only a template may leave when the customer has not written for 24 hours", async () => {
    const { client, send } = await startPair();
    expect((await send(text("Hello"))).json.error?.code).toBe(131047);
    await client.write("anna", { type: "text", text: "Hi", timestamp: DAY_AGO });
    expect((await send(text("Hello"))).json.error?.code).toBe(131047);
    expect((await send(TEMPLATE)).status).toBe(200);
    await client.write("anna", "Hi again");
    expect((await send(text("Hello"))).status).toBe(200);
  });

  test("a late stamp doesn't close a window that a newer message opened", async () => {
    const { client, send } = await startPair();
    await client.write("anna", "Hi");
    await client.write("anna", { type: "text", text: "Late", timestamp: DAY_AGO });
    expect((await send(text("Hello"))).status).toBe(200);
  });

  test("a reaction doesn't open the window", async () => {
    const { client, send } = await startPair();
    await client.react("anna", "wamid.X", "👍");
    expect((await send(text("Hello"))).json.error?.code).toBe(131047);
  });

  test("the window is another one for each business number", async () => {
    const { client, send } = await startPair();
    const other = { ...NUMBER, phoneNumberId: "2", displayPhoneNumber: "+15550000002" };
    await client.registerNumber(other);
    await client.write("anna", { type: "text", text: "Hi", to: "2" });
    expect((await send(text("Hello"))).json.error?.code).toBe(131047);
  });

  test("the refusal can come later, as a failed status, or not at all", async () => {
    const { client, received, send } = await startPair({ window: "fail" });
    expect((await send(text("Hello"))).status).toBe(200);
    await client.waitUntilIdle();
    expect(statusesIn(received)).toMatchObject([{ status: "failed", errors: [{ code: 131047 }] }]);
    await client.updateSettings({ window: "off" });
    await send(text("Hello"));
    await client.waitUntilIdle();
    expect(statusesIn(received).at(-1)).toMatchObject({ status: "read" });
  });
});

describe("what the Graph API refuses", () => {
  const REFUSED: [string, unknown, number][] = [
    ["malformed JSON", "{", 100],
    ["no messaging_product", { to: "+16505551234", text: { body: "x" } }, 100],
    ["no recipient", { messaging_product: "whatsapp", type: "text", text: { body: "x" } }, 100],
    ["a BSUID in `to`", text("x", { to: "US.1" }), 131009],
    ["no text object", text("x", { text: undefined }), 131008],
    ["no body", text("x", { text: {} }), 131008],
    ["an empty body", text(""), 131009],
    ["a body of 4,097 characters", text("x".repeat(4_097)), 100],
    ["a key that doesn't exist", text("x", { text: { body: "x", bold: true } }), 100],
    ["a type that doesn't exist", text("x", { type: "telegram" }), 131051],
    [
      "a reference of 513 characters",
      text("x", { biz_opaque_callback_data: "x".repeat(513) }),
      100,
    ],
    ["a message to itself", text("x", { to: "+15550783881" }), 131021],
    ["a template without a language", { ...TEMPLATE, template: { name: "a" } }, 131008],
    [
      "a template whose name has spaces",
      { ...TEMPLATE, template: { name: "a b", language: { code: "en" } } },
      131009,
    ],
    ["an image with neither id nor link", text("x", { type: "image", image: {} }), 131009],
    [
      "a button title of 21 characters",
      text("x", {
        type: "interactive",
        interactive: {
          type: "button",
          body: { text: "?" },
          action: { buttons: [{ type: "reply", reply: { id: "1", title: "x".repeat(21) } }] },
        },
      }),
      131009,
    ],
  ];

  test.each(REFUSED)("%s", async (_name, body, code) => {
    const { send, client } = await startPair({ window: "off" });
    const { status, json } = await send(body);
    expect(json.error?.code).toBe(code);
    expect(status).toBe(400);
    expect(json.error?.message).toMatch(/^\(#\d+\) /);
    expect(await client.sent("anna")).toEqual([]);
  });

  test("a wrong token, no token, another number's token", async () => {
    const { client, send, url } = await startPair();
    const wrong = await send(text("x"), "wrong");
    expect([wrong.status, wrong.json.error?.code]).toEqual([401, 190]);
    const none = await fetch(`${url}/v25.0/${NUMBER.phoneNumberId}`);
    expect(none.status).toBe(401);
    await client.registerNumber({
      ...NUMBER,
      phoneNumberId: "2",
      displayPhoneNumber: "+15550000002",
      accessToken: "other",
    });
    const other = await send(text("x"), "other");
    expect([other.json.error?.code, other.json.error?.error_subcode]).toEqual([100, 33]);
    expect((await client.calls()).map((call) => call.errorCode)).toEqual([190, 200, 100]);
    expect(JSON.stringify(await client.calls())).not.toContain("wrong");
  });

  test("a template that isn't registered, or with too few variables", async () => {
    const { client, send } = await startPair();
    const templates = [{ name: "are_you_there", language: "en", bodyParameters: 1 }];
    await client.updateNumber(NUMBER.phoneNumberId, { templates });
    expect((await send(TEMPLATE)).json.error?.code).toBe(132000);
    const components = [{ type: "body", parameters: [{ type: "text", text: "Anna" }] }];
    const filled = { ...TEMPLATE, template: { ...TEMPLATE.template, components } };
    expect((await send(filled)).status).toBe(200);
    const unknown = { ...TEMPLATE, template: { name: "other", language: { code: "en" } } };
    expect((await send(unknown)).json.error?.code).toBe(132001);
  });
});

test("the business number can be looked up with its token", async () => {
  const { url } = await startPair();
  const headers = { authorization: `Bearer ${NUMBER.accessToken}` };
  const path = `${url}/v25.0/${NUMBER.phoneNumberId}`;
  const answer = await fetch(`${path}?fields=display_phone_number,status`, { headers });
  expect(await answer.json()).toEqual({
    id: NUMBER.phoneNumberId,
    display_phone_number: "+15550783881",
    status: "CONNECTED",
  });
  const odd = await fetch(`${path}?fields=shoe_size`, { headers });
  expect(odd.status).toBe(400);
});
