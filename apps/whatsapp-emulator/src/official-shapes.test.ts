import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { CustomerMessageInput } from "./control/customer-message-input.ts";
import { NUMBER, startPair, type WebhookPayload } from "./testkit.ts";

const CASES: [string, CustomerMessageInput][] = [
  ["text-message", { type: "text", text: "Does it come in another color?" }],
  ["image-message", { type: "image", caption: "Taj Mahal" }],
  [
    "location-message",
    {
      type: "location",
      latitude: 37.44221496582,
      longitude: -122.16165924072,
      name: "Philz Coffee",
      address: "101 Forest Ave, Palo Alto, CA 94301",
      merge: { location: { url: "https://philzcoffee.com/" } },
    },
  ],
  [
    "contact-sharing-message",
    {
      type: "contacts",
      contacts: [
        {
          name: { first_name: "Lucía", last_name: "Gómez", formatted_name: "Lucía Gómez" },
          org: { company: "Google" },
          phones: [{ phone: "+1 (983) 555-2319", wa_id: "19835552319", type: "MOBILE" }],
        },
      ],
    },
  ],
  [
    "reaction-message",
    {
      type: "reaction",
      messageId: "wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI0RTJEOTc2ODVERUY5RDlGNkYA",
      emoji: "👍",
    },
  ],
  ["button-message", { type: "templateButton", payload: "Unsubscribe", text: "Unsubscribe" }],
  [
    "interactive-button-reply-message",
    { type: "buttonReply", buttonId: "cancel-button", title: "Cancel" },
  ],
  [
    "interactive-list-reply-message",
    {
      type: "listReply",
      rowId: "priority_express",
      title: "Priority Mail Express",
      description: "Next Day to 2 Days",
    },
  ],
  [
    "order-message",
    {
      type: "order",
      items: [
        { product_retailer_id: "di9ozbzfi4", quantity: 2, item_price: 30, currency: "USD" },
        { product_retailer_id: "nqryix03ez", quantity: 1, item_price: 25, currency: "USD" },
      ],
    },
  ],
  ["unsupported-message", { type: "unsupported" }],
  ["system-message", { type: "numberChange", newPhone: "12195555358" }],
  [
    "text-message-with-context-product-inquiry",
    {
      type: "text",
      text: "Is this still available?",
      merge: {
        context: {
          referred_product: {
            catalog_id: "194836987003835",
            product_retailer_id: "di9ozbzfi4",
          },
        },
      },
    },
  ],
];

test.each(CASES)("Meta's sample %s can be produced exactly", async (name, input) => {
  const sample = readSample(name);
  const message = sample.entry[0]?.changes[0]?.value.messages?.[0] ?? {};
  const { client, received } = await startPair();
  await client.registerNumber({
    ...NUMBER,
    wabaId: sample.entry[0]?.id ?? "",
    webhookUrl: (await client.numbers())[0]?.webhookUrl ?? null,
  });
  await client.addCustomer({
    id: "sheena",
    name: "Sheena Nelson",
    phone: "16505551235",
    bsuid: null,
  });
  await client.write("sheena", {
    ...input,
    id: String(message.id),
    timestamp: Number(message.timestamp),
    replyTo: quotedBy(message),
    merge: { ...input.merge, ...madeUpParts(message) },
  });
  await client.waitUntilIdle();
  // Anna has the sample's number already.
  const raw = received[0]?.raw.replaceAll("16505551235", "16505551234") ?? "";
  expect(JSON.parse(raw)).toEqual(sample);
});

function readSample(name: string): WebhookPayload {
  const url = new URL(`../fixtures/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8"));
}

function quotedBy({ context }: Record<string, unknown>): string | null {
  return context && typeof context === "object" && "id" in context ? String(context.id) : null;
}

/** What the emulator makes up for a file: its id and digest. */
function madeUpParts({ image }: Record<string, unknown>): Record<string, unknown> {
  if (typeof image !== "object" || image === null) return {};
  return { image: { id: Reflect.get(image, "id"), sha256: Reflect.get(image, "sha256") } };
}
