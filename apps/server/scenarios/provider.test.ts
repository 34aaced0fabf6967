/**
 * What goes between us and WhatsApp besides texts: files, which pass through and are kept nowhere, the
 * templates, and how the webhooks themselves go.
 */
import { createHmac } from "node:crypto";
import type { ChannelView, Message, MessageTemplates, UploadedMedia } from "@punctual/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { APP_SECRET, type Journey, startJourney } from "../src/testkit/journey.ts";
import type { Agent } from "../src/testkit/journey-agent.ts";
import type { Customer } from "../src/testkit/journey-customer.ts";

let journey: Journey<"bao" | "linh">;
let anna: Customer;
let session: string;
/** Who holds the session, and who doesn't see it. */
let holder: Screen;
let other: Screen;

type Screen = Awaited<ReturnType<typeof screenOf>>;

/** One pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

beforeAll(async () => {
  journey = await startJourney({ agents: ["bao", "linh"] });
  anna = await journey.customer();
  await anna.writes("Hello");
  session = await anna.sessionId();
  const { bao, linh } = journey.agents;
  const { assigneeId } = (await journey.admin.call(`GET /sessions/${session}`)).body;
  holder = await screenOf(assigneeId === bao.id ? bao : linh);
  other = await screenOf(assigneeId === bao.id ? linh : bao);
});

afterAll(() => journey.end());

/** An agent's browser, as far as bytes go. */
async function screenOf(agent: Agent) {
  const { secret } = (await agent.call("POST /tokens", { name: "test" })).body;
  const ask = async (route: string, init: RequestInit = {}) => {
    const [method = "GET", path] = route.split(" ");
    const headers = { authorization: `Bearer ${secret}`, ...init.headers };
    return await fetch(`${journey.url()}/api/v1${path}`, { ...init, method, headers });
  };
  const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;
  return {
    ask,
    refusal: async (route: string, init?: RequestInit) => {
      const response = await ask(route, init);
      return { status: response.status, code: await codeOf(response) };
    },
    upload: async (bytes: Uint8Array, mimeType: string, fileName?: string) => {
      const query = fileName === undefined ? "" : `?fileName=${encodeURIComponent(fileName)}`;
      const response = await ask(`POST /sessions/${session}/media${query}`, {
        headers: { "content-type": mimeType },
        body: new Uint8Array(bytes),
      });
      return { status: response.status, body: (await response.json()) as UploadedMedia };
    },
  };
}

/** The customer sends a file of their own; gives where it can be looked at. */
async function sends(type: "image" | "document", mimeType: string, bytes: Buffer) {
  const mediaId = await journey.whatsapp.storeMedia(mimeType, new Uint8Array(bytes));
  await anna.does(
    type === "document" ? { type, mediaId, fileName: "Bill ü.html" } : { type, mediaId },
  );
  return await mediaOfLast();
}

async function mediaOfLast(): Promise<string> {
  const { body } = await journey.admin.call(`GET /sessions/${session}/messages?order=newest`);
  const [last] = body.messages as Message[];
  return `/sessions/${session}/messages/${last?.id}/media`;
}

describe("a customer's file", () => {
  test("is shown to who sees the session, as it was sent", async () => {
    const media = await sends("image", "image/png", PNG);
    const response = await holder.ask(`GET ${media}`);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(PNG);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "image/png",
      "content-length": String(PNG.length),
      "content-disposition": "inline",
      "content-security-policy": "sandbox; default-src 'none'",
      "x-content-type-options": "nosniff",
      "cache-control": "private, max-age=3600, immutable",
    });
    const saved = await holder.ask(`GET ${media}?download=true`);
    expect(saved.headers.get("content-disposition")).toBe("attachment");
    const hidden = await other.refusal(`GET ${media}`);
    expect(hidden).toEqual({ status: 404, code: "session_not_found" });
  });

  test("that is played can be asked for in parts", async () => {
    const mediaId = await journey.whatsapp.storeMedia(
      "audio/ogg",
      new Uint8Array(Buffer.from("0123456789")),
    );
    await anna.does({ type: "voice", mediaId });
    const media = await mediaOfLast();
    const part = async (range: string) => {
      const response = await holder.ask(`GET ${media}`, { headers: { range } });
      const { status, headers } = response;
      return [status, headers.get("content-range"), await response.text()];
    };
    expect(await part("bytes=0-1")).toEqual([206, "bytes 0-1/10", "01"]);
    expect(await part("bytes=4-")).toEqual([206, "bytes 4-9/10", "456789"]);
    expect(await part("bytes=-3")).toEqual([206, "bytes 7-9/10", "789"]);
    for (const odd of ["bytes=10-", "bytes=5-2", "bytes=0-1,3-4", "lines=1-2"]) {
      expect(await part(odd)).toEqual([200, null, "0123456789"]);
    }
  });

  test("that nobody waits for any longer harms nobody", async () => {
    const media = await sends("image", "image/png", Buffer.alloc(12 * 1024 * 1024, 1));
    for (let times = 0; times < 3; times++) {
      const leaving = new AbortController();
      const headers: Record<string, string> = times === 2 ? { range: "bytes=0-" } : {};
      const response = await holder.ask(`GET ${media}`, { signal: leaving.signal, headers });
      leaving.abort();
      await expect(response.arrayBuffer()).rejects.toThrow("aborted");
    }
    const whole = await holder.ask(`GET ${media}`);
    expect((await whole.arrayBuffer()).byteLength).toBe(12 * 1024 * 1024);
  });

  test("that a browser could run is only saved, under its own name", async () => {
    const media = await sends("document", "application/pdf", Buffer.from("%PDF"));
    const shown = await holder.ask(`GET ${media}`);
    expect(shown.headers.get("content-disposition")).toBe(
      "inline; filename*=UTF-8''Bill%20%C3%BC.html",
    );
    await anna.does({ type: "document", fileName: "page.html", mimeType: "text/html" });
    const page = await holder.ask(`GET ${await mediaOfLast()}`);
    expect(page.headers.get("content-type")).toBe("application/octet-stream");
    expect(page.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''page.html");
  });

  test("that WhatsApp keeps no longer is gone, and a text has none", async () => {
    const media = await sends("image", "image/png", PNG);
    await journey.db.query(
      `update messages set content = jsonb_set(content::jsonb, '{mediaId}', '"12345"')::json
       where id = $1`,
      [media.split("/")[4]],
    );
    expect(await holder.refusal(`GET ${media}`)).toEqual({ status: 410, code: "media_gone" });
    await anna.writes("No file");
    const none = await holder.refusal(`GET ${await mediaOfLast()}`);
    expect(none).toEqual({ status: 404, code: "media_not_found" });
  });
});

describe("an agent's file", () => {
  test("is uploaded, sent with its words, and can be looked at", async () => {
    const { status, body: upload } = await holder.upload(PNG, "image/png", "parcel.png");
    expect(status).toBe(201);
    expect(upload).toMatchObject({ type: "image", mimeType: "image/png", bytes: PNG.length });
    const sent = await holder.ask(`POST /sessions/${session}/messages`, {
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ type: "media", uploadId: upload.id, caption: "Your parcel" }),
    });
    expect(sent.status).toBe(201);
    const message = (await sent.json()) as Message;
    expect(message.content).toMatchObject({ type: "image", caption: "Your parcel" });
    await journey.settled();
    const last = (await journey.whatsapp.sent(anna.id)).at(-1);
    const { mediaId } = message.content as { mediaId: string };
    expect(last?.body).toMatchObject({
      type: "image",
      image: { id: mediaId, caption: "Your parcel" },
    });
    const looked = await holder.ask(`GET /sessions/${session}/messages/${message.id}/media`);
    expect(Buffer.from(await looked.arrayBuffer())).toEqual(PNG);
  });

  test("is refused when the channel takes no such file, or not of that size", async () => {
    const html = await holder.upload(Buffer.from("<p>"), "text/html");
    expect(html).toMatchObject({ status: 415, body: { code: "media_type_not_taken" } });
    const large = await holder.upload(Buffer.alloc(6 * 1024 * 1024), "image/png");
    expect(large).toMatchObject({ status: 422, body: { code: "media_too_large" } });
    const tooLarge = await holder.upload(Buffer.alloc(17 * 1024 * 1024), "application/pdf");
    expect(tooLarge).toMatchObject({ status: 413, body: { code: "body_too_large" } });
  });

  test("can be sent only where it was uploaded for, with words only where they can go", async () => {
    const { body: sound } = await holder.upload(Buffer.from("ID3"), "audio/mpeg");
    const send = async (on: string, body: object) =>
      await holder.refusal(`POST /sessions/${on}/messages`, {
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ type: "media", uploadId: sound.id, ...body }),
      });
    const worded = await send(session, { caption: "Listen" });
    expect(worded).toEqual({ status: 422, code: "message_too_long" });
    const ben = await journey.customer();
    await ben.writes();
    const elsewhere = await ben.sessionId();
    await journey.admin.call(`POST /sessions/${elsewhere}/assignee`, { memberId: null });
    expect(await send(elsewhere, {})).toEqual({ status: 404, code: "upload_not_found" });
  });
});

describe("templates", () => {
  test("are those that WhatsApp approved, once the channel says whose", async () => {
    const route = `GET /channels/${journey.channelId}/templates`;
    const unknown = await holder.refusal(route);
    expect(unknown).toEqual({ status: 409, code: "templates_not_configured" });
    const [number] = await journey.whatsapp.numbers();
    const many = Array.from({ length: 230 }, (_, index) => ({ name: `t${index}`, language: "en" }));
    const body = "Hi {{1}}, your order {{2}} left. Bye {{1}}";
    const order = { name: "a_order", language: "en", bodyParameters: 2, body };
    await journey.whatsapp.updateNumber(number?.phoneNumberId ?? "", {
      templates: [...many, order],
    });
    await journey.admin.call(`PATCH /channels/${journey.channelId}`, {
      config: { businessAccountId: number?.wabaId ?? "" },
    });
    const response = await holder.ask(route);
    const { templates } = (await response.json()) as MessageTemplates;
    expect(templates).toHaveLength(231);
    expect(templates[0]).toEqual({
      ...{ name: "a_order", language: "en", category: "UTILITY", body },
      ...{ variables: ["1", "2"], namedVariables: false },
      ...{ header: null, footer: null, buttons: [] },
    });
  });
});

describe("a channel's webhooks", () => {
  async function webhook(): Promise<ChannelView["webhook"]> {
    const { body } = await journey.admin.call("GET /channels");
    return (body.channels as ChannelView[])[0]?.webhook as ChannelView["webhook"];
  }

  async function post(signature: string) {
    const body = JSON.stringify({ object: "whatsapp_business_account", entry: [] });
    const valid = createHmac("sha256", APP_SECRET).update(body).digest("hex");
    return await fetch(journey.webhookUrl(), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-hub-signature-256": `sha256=${signature === "valid" ? valid : signature}`,
      },
      body,
    });
  }

  test("say when the handshake succeeded and when the first and the last one came", async () => {
    expect(await webhook()).toMatchObject({
      handshakeAt: null,
      firstAt: expect.any(String),
      lastAt: expect.any(String),
      refused: null,
    });
    const [number] = await journey.whatsapp.numbers();
    await journey.whatsapp.handshake(number?.phoneNumberId ?? "");
    await journey.until(async () => (await webhook()).handshakeAt !== null, "the handshake noted");
  });

  test("say what was refused, until it succeeds", async () => {
    expect((await post("0".repeat(64))).status).toBe(401);
    await journey.until(
      async () => (await webhook()).refused?.reason === "signature",
      "the refusal noted",
    );
    // Noted once a minute: as if the last note were older.
    await journey.db.query("update channels set last_webhook_at = last_webhook_at - 120000");
    await journey.until(async () => {
      await post("valid");
      return (await webhook()).refused === null;
    }, "the refusal over");
    const wrong = new URLSearchParams({ "hub.mode": "subscribe", "hub.verify_token": "no" });
    await journey.db.query("update channels set refused_at = refused_at - 20000");
    await journey.until(async () => {
      await fetch(`${journey.webhookUrl()}?${wrong}`);
      return (await webhook()).refused?.reason === "verifyToken";
    }, "the wrong token noted");
  });
});
