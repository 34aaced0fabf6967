import { describe, expect, test } from "vitest";
import type { CustomerMessageInput } from "./control/customer-message-input.ts";
import { ANNA, messagesIn, NUMBER, startPair, text, valuesIn } from "./testkit.ts";
import { signWebhook } from "./webhooks/sign-webhook.ts";

describe("what customers do", () => {
  test("a text arrives signed and in Meta's envelope", async () => {
    const { client, received } = await startPair();
    const { messageId } = await client.write("anna", {
      type: "text",
      text: "Hi",
      timestamp: 1749416383,
    });
    await client.waitUntilIdle();

    expect(received).toHaveLength(1);
    expect(received[0]?.signatureFits).toBe(true);
    expect(messageId).toMatch(/^wamid\.[A-Za-z0-9+/]+=*$/);
    expect(received[0]?.payload).toEqual({
      object: "whatsapp_business_account",
      entry: [
        {
          id: NUMBER.wabaId,
          changes: [
            {
              field: "messages",
              value: {
                messaging_product: "whatsapp",
                metadata: {
                  display_phone_number: "15550783881",
                  phone_number_id: NUMBER.phoneNumberId,
                },
                contacts: [
                  { profile: { name: "Anna" }, wa_id: "16505551234", user_id: ANNA.bsuid },
                ],
                messages: [
                  {
                    from: "16505551234",
                    from_user_id: ANNA.bsuid,
                    id: messageId,
                    timestamp: "1749416383",
                    type: "text",
                    text: { body: "Hi" },
                  },
                ],
              },
            },
          ],
        },
      ],
    });
  });

  test("letters outside ASCII are escaped on the wire and signed in that form", async () => {
    const { client, received } = await startPair();
    await client.write("anna", "Grüße 👍");
    await client.waitUntilIdle();
    expect(received[0]?.raw).toContain('"body":"Gr\\u00fc\\u00dfe \\ud83d\\udc4d"');
    expect(received[0]?.signatureFits).toBe(true);
    expect(messagesIn(received)[0]?.text).toEqual({ body: "Grüße 👍" });
  });

  test("the published test vector of the signature comes out (channels.md A3)", () => {
    const metadata = { display_phone_number: "15550783881", phone_number_id: "106540352242922" };
    const value = {
      messaging_product: "whatsapp",
      metadata,
      contacts: [{ profile: { name: "Test" }, wa_id: "16505551234" }],
      messages: [
        {
          from: "16505551234",
          id: "wamid.TEST1",
          timestamp: "1749416383",
          type: "text",
          text: { body: "héllo" },
        },
      ],
    };
    const changes = [{ value, field: "messages" }];
    const payload = {
      object: "whatsapp_business_account",
      entry: [{ id: "102290129340398", changes }],
    };
    expect(signWebhook(payload, "test-app-secret").signature).toBe(
      "sha256=a1becd534fb5624021c4a4bfbcc01d823494bd75e3d881819907fd1b317d8040",
    );
  });

  const SHAPES: [CustomerMessageInput, Record<string, unknown>][] = [
    [
      { type: "image", caption: "Taj Mahal" },
      { type: "image", image: { caption: "Taj Mahal", mime_type: "image/jpeg" } },
    ],
    [
      { type: "voice" },
      { type: "audio", audio: { voice: true, mime_type: "audio/ogg; codecs=opus" } },
    ],
    [
      { type: "document", fileName: "bill.pdf" },
      { type: "document", document: { filename: "bill.pdf", mime_type: "application/pdf" } },
    ],
    [
      { type: "sticker" },
      { type: "sticker", sticker: { animated: false, mime_type: "image/webp" } },
    ],
    [
      { type: "location", latitude: 37.4, longitude: -122.1, name: "Café" },
      { type: "location", location: { latitude: 37.4, longitude: -122.1, name: "Café" } },
    ],
    [
      { type: "contacts", contacts: [{ name: { formatted_name: "Lu" } }] },
      { type: "contacts", contacts: [{ name: { formatted_name: "Lu" } }] },
    ],
    [
      { type: "reaction", messageId: "wamid.X", emoji: "👍" },
      { type: "reaction", reaction: { message_id: "wamid.X", emoji: "👍" } },
    ],
    [
      { type: "reaction", messageId: "wamid.X", emoji: null },
      { type: "reaction", reaction: { message_id: "wamid.X" } },
    ],
    [
      { type: "buttonReply", buttonId: "yes", title: "Yes" },
      {
        type: "interactive",
        interactive: { type: "button_reply", button_reply: { id: "yes", title: "Yes" } },
      },
    ],
    [
      { type: "listReply", rowId: "r1", title: "One", description: "First" },
      {
        type: "interactive",
        interactive: {
          type: "list_reply",
          list_reply: { id: "r1", title: "One", description: "First" },
        },
      },
    ],
    [
      { type: "templateButton", payload: "STOP", text: "Stop" },
      { type: "button", button: { payload: "STOP", text: "Stop" } },
    ],
    [
      { type: "unsupported", unsupportedType: "poll" },
      { type: "unsupported", unsupported: { type: "poll" }, errors: [{ code: 131051 }] },
    ],
    [
      { type: "unknown", wireType: "hologram" },
      { type: "hologram", hologram: { beam: "blue" } },
    ],
    [
      { type: "edit", messageId: "wamid.X", text: "Better" },
      {
        type: "edit",
        edit: { original_message_id: "wamid.X", message: { text: { body: "Better" } } },
      },
    ],
    [
      { type: "revoke", messageId: "wamid.X" },
      { type: "revoke", revoke: { original_message_id: "wamid.X" } },
    ],
    [
      { type: "text", text: "x", merge: { referral: { source_type: "ad" }, from: null } },
      { type: "text", referral: { source_type: "ad" } },
    ],
  ];

  test.each(SHAPES)("%o has the shape of Meta's", async (input, shape) => {
    const { client, received } = await startPair();
    await client.write("anna", input);
    await client.waitUntilIdle();
    expect(messagesIn(received)).toMatchObject([shape]);
  });

  test("media carry an id of digits and a base64 digest", async () => {
    const { client, received } = await startPair();
    await client.write("anna", { type: "image" });
    await client.waitUntilIdle();
    const image = messagesIn(received)[0]?.image;
    expect(image).toEqual({
      mime_type: "image/jpeg",
      id: expect.stringMatching(/^\d{15,16}$/),
      sha256: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    });
  });

  test("a tap or a reply quotes the message it answers", async () => {
    const { client, received, send } = await startPair({ window: "off" });
    const { json } = await send(text("Which?"));
    const id = json.messages?.[0]?.id ?? "";
    await client.write("anna", { type: "buttonReply", buttonId: "a", title: "A", replyTo: id });
    await client.waitUntilIdle();
    expect(messagesIn(received)[0]?.context).toEqual({ from: "15550783881", id });
  });

  test("a customer who hides the phone is known by the business-scoped id only", async () => {
    const { client, received } = await startPair();
    await client.addCustomer({ id: "ben", name: "Ben", bsuid: "US.77", username: "@ben" });
    await client.write("ben", "Hi");
    await client.waitUntilIdle();
    const [value] = valuesIn(received);
    expect(value?.contacts).toEqual([
      { profile: { name: "Ben", username: "@ben" }, user_id: "US.77" },
    ]);
    expect(value?.messages?.[0]).toMatchObject({ from_user_id: "US.77" });
    expect(value?.messages?.[0]).not.toHaveProperty("from");
  });

  test("a customer who changes number is announced from the old one", async () => {
    const { client, received } = await startPair();
    await client.write("anna", { type: "numberChange", newPhone: "+12195555358" });
    await client.write("anna", "It's me");
    await client.waitUntilIdle();
    const [notice, next] = valuesIn(received);
    expect(notice).not.toHaveProperty("contacts");
    expect(notice?.messages?.[0]).toMatchObject({
      type: "system",
      from: "16505551234",
      system: { type: "user_changed_number", wa_id: "12195555358" },
    });
    expect(next?.messages?.[0]?.from).toBe("12195555358");
  });

  test("a new business-scoped id comes as a message and as its own field", async () => {
    const { client, received } = await startPair();
    await client.write("anna", { type: "userIdChange", newBsuid: "US.2" });
    await client.waitUntilIdle();
    expect(messagesIn(received)[0]?.system).toMatchObject({ type: "user_changed_user_id" });
    const change = received[1]?.payload.entry[0]?.changes[0];
    expect(change?.field).toBe("user_id_update");
    expect(change?.value.user_id_update?.[0]?.user_id).toEqual({
      previous: ANNA.bsuid,
      current: "US.2",
    });
  });

  test("an echo shows what the business wrote in its own app", async () => {
    const { client, received } = await startPair();
    await client.echo("anna", "From my phone");
    await client.waitUntilIdle();
    const entry = received[0]?.payload.entry[0];
    expect(entry?.time).toBeTypeOf("number");
    expect(entry?.changes[0]?.field).toBe("smb_message_echoes");
    expect(entry?.changes[0]?.value.message_echoes).toMatchObject([
      { from: "15550783881", to: "16505551234", type: "text", text: { body: "From my phone" } },
    ]);
  });

  test("a webhook of one's own making is signed and sent as it is", async () => {
    const { client, received } = await startPair();
    await client.sendRaw({ payload: { object: "page", entry: [] } });
    await client.waitUntilIdle();
    expect(received[0]).toMatchObject({ signatureFits: true, payload: { object: "page" } });
  });
});
