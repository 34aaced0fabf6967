/**
 * What comes to the webhook's door and must not come in, and everything that must. The server is a
 * process of its own, so that its log can be read.
 */
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { globSync, readFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { basename } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { APP_SECRET, type Journey, startJourney } from "../src/testkit/journey.ts";
import type { Customer } from "../src/testkit/journey-customer.ts";
import { serverProcesses } from "../src/testkit/journey-process.ts";

const { serve, lines } = serverProcesses();
let journey: Journey<"bao">;
let anna: Customer;

beforeAll(async () => {
  journey = await startJourney({ agents: ["bao"], serve });
  anna = await journey.customer();
});
afterAll(() => journey.end());

/** Whatever happened: the next webhook works, and nothing failed unexpectedly. */
afterEach(async () => {
  const before = await journey.db.query("select 1 from messages");
  await anna.writes("Next");
  expect(await journey.db.query("select 1 from messages")).toHaveLength(before.length + 1);
  expect(lines.filter((line) => Number(line.level) >= 50)).toEqual([]);
});

interface Post {
  readonly body: string | Buffer;
  readonly url?: string;
  readonly signature?: string | null;
}

async function post({ body, url = journey.webhookUrl(), signature = signed(body) }: Post) {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(signature === null ? {} : { "x-hub-signature-256": signature }),
    },
    body: typeof body === "string" ? body : new Uint8Array(body),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : JSON.parse(text) };
}

function signed(body: string | Buffer): string {
  return `sha256=${createHmac("sha256", APP_SECRET).update(body).digest("hex")}`;
}

/** The server need not read what it refuses: whoever goes on writing finds the connection closed. */
async function tooLarge() {
  const { hostname, port, pathname } = new URL(journey.webhookUrl());
  const headers = { "content-length": 4 * 1024 * 1024 + 1, "content-type": "application/json" };
  const sending = request({ hostname, port, path: pathname, method: "POST", headers });
  sending.flushHeaders();
  const [response] = (await once(sending, "response")) as [IncomingMessage];
  const body: unknown = JSON.parse((await response.toArray()).join(""));
  sending.destroy();
  return { status: response.statusCode, body };
}

async function logged(part: Readonly<Record<string, unknown>>): Promise<void> {
  const fits = () =>
    lines.some((line) => Object.entries(part).every(([key, value]) => line[key] === value));
  await journey.until(async () => fits(), `a log line with ${JSON.stringify(part)}`);
}

function textTo(phoneNumberId: string, id: string): string {
  const message = { from: "16505551234", id, timestamp: "1795300000", type: "text" };
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "15550783881", phone_number_id: phoneNumberId },
    contacts: [{ profile: { name: "Eve" }, wa_id: "16505551234" }],
    messages: [{ ...message, text: { body: "Héllo" } }],
  };
  const entry = [{ id: "102290129340398", changes: [{ field: "messages", value }] }];
  return JSON.stringify({ object: "whatsapp_business_account", entry });
}

describe("a webhook that must not come in", () => {
  test("with a wrong signature is refused, and says so in the log", async () => {
    const body = textTo("106540352242922", "wamid.forged");
    expect(await post({ body, signature: signed(`${body} `) })).toMatchObject({
      status: 401,
      body: { code: "signature_invalid", title: expect.any(String) },
    });
    await logged({ msg: "a webhook was refused", code: "signature_invalid" });
    const rows = await journey.db.query(
      "select 1 from messages where external_id = 'wamid.forged'",
    );
    expect(rows).toEqual([]);
  });

  test.each([
    ["none", null],
    ["an empty one", ""],
    ["one of another scheme", "sha1=00"],
    ["one that is too short", "sha256=00"],
  ])("with %s for a signature is refused", async (_what, signature) => {
    const body = textTo("106540352242922", "wamid.unsigned");
    expect(await post({ body, signature })).toMatchObject({
      status: 401,
      body: { code: "signature_invalid" },
    });
  });

  test("that is no JSON is refused, and says so in the log", async () => {
    expect(await post({ body: '{"object":"whatsapp_business_account","entry":[' })).toMatchObject({
      status: 400,
      body: { code: "malformed_json" },
    });
    await logged({ msg: "a webhook was refused", code: "malformed_json" });
  });

  test.each(["null", "[]", "42", '"hello"', "{}", '{"object":"page","entry":[]}'])(
    "that is JSON of another kind (%s) is taken and ignored",
    async (body) => {
      expect(await post({ body })).toMatchObject({ status: 200 });
    },
  );

  test("for a channel that nobody knows is refused, and says so in the log", async () => {
    const body = textTo("106540352242922", "wamid.elsewhere");
    const channelId = "01a2041d-0000-7000-8000-000000000000";
    const url = `${journey.url()}/webhooks/whatsapp/${channelId}`;
    expect(await post({ body, url })).toMatchObject({
      status: 404,
      body: { code: "channel_not_found" },
    });
    await logged({ msg: "a webhook was refused", code: "channel_not_found", channelId });
    const unknownKind = journey.webhookUrl().replace("whatsapp", "carrier-pigeon");
    expect(await post({ body, url: unknownKind })).toMatchObject({ status: 404 });
    const noId = `${journey.url()}/webhooks/whatsapp/not-an-id`;
    expect(await post({ body, url: noId })).toMatchObject({ status: 404 });
  });

  test("that speaks of a number we don't serve is taken, and says so in the log", async () => {
    const body = textTo("999999999999999", "wamid.other-number");
    expect(await post({ body })).toMatchObject({ status: 200 });
    await logged({
      msg: "a webhook speaks of a number we don't serve",
      address: "999999999999999",
    });
    const rows = await journey.db.query(
      "select 1 from messages where external_id = 'wamid.other-number'",
    );
    expect(rows).toEqual([]);
  });

  test("larger than 4 MB is refused, and says so in the log", async () => {
    expect(await tooLarge()).toMatchObject({ status: 413, body: { code: "body_too_large" } });
    await logged({ code: "body_too_large" });
  });

  test("of just 4 MB is read", async () => {
    const body = Buffer.alloc(4 * 1024 * 1024, " ");
    body.write(textTo("106540352242922", "wamid.large"));
    expect(await post({ body })).toMatchObject({ status: 200 });
    const rows = await journey.db.query("select 1 from messages where external_id = 'wamid.large'");
    expect(rows).toHaveLength(1);
  });

  test("is a handshake with a wrong token: refused; with the right one: echoed", async () => {
    const ask = async (token: string) => {
      const query = `hub.mode=subscribe&hub.challenge=4711&hub.verify_token=${token}`;
      const response = await fetch(`${journey.webhookUrl()}?${query}`);
      return { status: response.status, text: await response.text() };
    };
    expect((await ask("wrong")).status).toBe(403);
    await logged({ msg: "a webhook was refused", code: "verify_token_wrong" });
    expect(await ask("verify-me")).toEqual({ status: 200, text: "4711" });
    expect(await journey.whatsapp.handshake("106540352242922")).toMatchObject({ ok: true });
  });
});

describe("every payload that WhatsApp is known to send is taken", () => {
  const folder = new URL("../../../packages/channels/whatsapp/fixtures/", import.meta.url).pathname;
  const files = [...globSync(`${folder}*.json`), ...globSync(`${folder}own/*.json`)].sort();

  test("and there are many", () => {
    expect(files.length).toBeGreaterThan(50);
  });

  test.each(files.map((file) => [basename(file), file]))("%s", async (_name, file) => {
    const original = readFileSync(file, "utf8");
    expect(await post({ body: original })).toMatchObject({ status: 200 });
    const ours = original.replaceAll(
      /("phone_number_id"\s*:\s*)("\d+"|\d+)/g,
      '$1"106540352242922"',
    );
    expect(await post({ body: ours })).toMatchObject({ status: 200 });
    expect(await post({ body: ours })).toMatchObject({ status: 200 });
  });
});
