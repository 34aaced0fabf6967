import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { META_EXAMPLES } from "../fixtures/meta-examples.expected.ts";
import { OWN_MESSAGES } from "../fixtures/own-messages.expected.ts";
import { OWN_OTHERS } from "../fixtures/own-others.expected.ts";
import { NUMBER } from "../fixtures/people.ts";
import { parseWebhook } from "./inbound.ts";

const FIXTURES = new URL("../fixtures/", import.meta.url);
const EXPECTED = { ...META_EXAMPLES, ...OWN_MESSAGES, ...OWN_OTHERS };

function namesIn(folder: string): string[] {
  return readdirSync(new URL(folder, FIXTURES))
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length));
}

function load(path: string): unknown {
  return JSON.parse(readFileSync(new URL(`${path}.json`, FIXTURES), "utf8"));
}

const META_NAMES = namesIn("./");
const OWN_NAMES = namesIn("./own/");
const PATHS = [...META_NAMES, ...OWN_NAMES.map((name) => `own/${name}`)];

test("every payload has its expected events, and the other way round", () => {
  expect(META_NAMES.toSorted()).toEqual(Object.keys(META_EXAMPLES).toSorted());
  expect(OWN_NAMES.toSorted()).toEqual(
    [...Object.keys(OWN_MESSAGES), ...Object.keys(OWN_OTHERS)].toSorted(),
  );
});

test.for(PATHS)("%s becomes the events it should", (path) => {
  const events = parseWebhook(load(path)).map((event) => {
    if (event.type === "ignored") return event;
    const { raw: _, ...rest } = event;
    return rest;
  });
  expect(events).toEqual(EXPECTED[path.replace("own/", "")]);
});

test.for(PATHS)("%s keeps each part as it came", (path) => {
  const payload = load(path);
  const parts = new Set(partsOf(payload));
  for (const event of parseWebhook(payload)) {
    if (event.type !== "ignored") expect(parts).toContain(event.raw);
  }
});

test.for([
  ["nothing", undefined],
  ["null", null],
  ["a text", "messages"],
  ["a list", []],
  ["another network's event", { object: "page", messaging: [] }],
])("%s is ignored", ([, payload]) => {
  expect(parseWebhook(payload)).toEqual([
    { type: "ignored", address: null, reason: "not a webhook envelope" },
  ]);
});

test("a batch of a thousand messages comes out in the payload's order", () => {
  const messages = Array.from({ length: 1_000 }, (_, index) => ({
    id: `wamid.${index}`,
    from: `1650555${String(index % 7).padStart(4, "0")}`,
    timestamp: String(1_760_000_000 - index),
    type: "text",
    text: { body: `message ${index}` },
  }));
  const events = parseWebhook(inEnvelope({ messages }));
  expect(events.map((event) => "externalId" in event && event.externalId)).toEqual(
    messages.map((message) => message.id),
  );
});

test("an id that was too long for a JSON number is no id", () => {
  const text = '{"wa_id":1,"user_id":123456789012345678901}';
  const contacts: unknown = [JSON.parse(text)];
  const message = { id: "wamid.1", timestamp: "1760000000", type: "text", text: { body: "Hi" } };
  expect(parseWebhook(inEnvelope({ contacts, messages: [message] }))).toMatchObject([
    { type: "customerMessage", contact: { phone: "1", userId: null } },
  ]);
});

test("a name is never taken from somebody else's entry", () => {
  const contacts = [{ profile: { name: "Mina" }, wa_id: "16505550101" }];
  const message = { id: "wamid.1", from: "16505550199", timestamp: "1760000000", type: "text" };
  expect(parseWebhook(inEnvelope({ contacts, messages: [message] }))).toMatchObject([
    { type: "customerMessage", contact: { phone: "16505550199", name: null } },
  ]);
});

test("a phone number is digits, however it is written", () => {
  const message = {
    id: "wamid.1",
    from: "+1 (650) 555-0101",
    timestamp: "1760000000",
    type: "text",
  };
  expect(parseWebhook(inEnvelope({ messages: [message] }))).toMatchObject([
    { type: "customerMessage", contact: { phone: "16505550101" } },
  ]);
});

test.for(["-5", "1e9", "99999999999999", "", "soon", 1.5, null])(
  "a message stamped %j is stamped like its entry",
  (timestamp) => {
    const message = { id: "wamid.1", from: "16505550101", timestamp, type: "text" };
    const entry = { time: 1_760_000_000, changes: [inChange({ messages: [message] })] };
    expect(parseWebhook({ entry: [entry] })).toMatchObject([{ at: 1_760_000_000_000 }]);
  },
);

function inEnvelope(value: object): unknown {
  return { object: "whatsapp_business_account", entry: [{ changes: [inChange(value)] }] };
}

function inChange(value: object): unknown {
  return { field: "messages", value: { metadata: { phone_number_id: NUMBER }, ...value } };
}

/** Every object of a payload, however deep. */
function partsOf(json: unknown): unknown[] {
  if (typeof json !== "object" || json === null) return [];
  return [json, ...Object.values(json).flatMap(partsOf)];
}
