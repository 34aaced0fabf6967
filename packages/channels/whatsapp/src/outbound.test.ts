import type { OutboundMessage, SendOutcome } from "@punctual/channel-kit";
import { type StubAnswer, startStubProvider } from "@punctual/channel-kit/stub-provider";
import { describe, expect, test } from "vitest";
import { whatsapp } from "./index.ts";
import { TEST_CONFIG } from "./test-config.ts";

const HELLO: OutboundMessage = {
  reference: "msg_01",
  to: { userId: "US.8100200300400500601", phone: "16505551234" },
  content: { type: "text", text: "Hello, “wörld” 👋" },
  replyTo: null,
};

const ACCEPTED: StubAnswer = { status: 200, body: '{"messages":[{"id":"wamid.OUT1"}]}' };

async function send(answer: StubAnswer, message: OutboundMessage = HELLO): Promise<SendOutcome> {
  await using provider = await startStubProvider(answer);
  return await sendTo(provider.url, message);
}

function sendTo(
  graphUrl: string,
  message: OutboundMessage = HELLO,
  fetch = globalThis.fetch,
): Promise<SendOutcome> {
  const config = whatsapp.parseConfig({ ...TEST_CONFIG, graphUrl });
  return whatsapp.send(config, message, fetch, new AbortController().signal);
}

async function requestOf(message: OutboundMessage) {
  await using provider = await startStubProvider(ACCEPTED);
  await sendTo(provider.url, message);
  const { method, path, headers, body } = await provider.firstRequest;
  const json: unknown = JSON.parse(body);
  return { method, path, headers, json };
}

function refusal(code: number, status = 400, more: object = {}): StubAnswer {
  const error = { message: `(#${code}) Refused`, type: "OAuthException", code, ...more };
  return { status, body: JSON.stringify({ error }) };
}

describe("the request", () => {
  test("a text goes to the number with a plus, with our reference and the token", async () => {
    const { method, path, headers, json } = await requestOf(HELLO);
    expect(`${method} ${path}`).toBe("POST /v25.0/106540352242922/messages");
    expect(headers.authorization).toBe(`Bearer ${TEST_CONFIG.accessToken}`);
    expect(headers["content-type"]).toBe("application/json");
    expect(json).toEqual({
      messaging_product: "whatsapp",
      recipient_type: "individual",
      to: "+16505551234",
      type: "text",
      text: { body: "Hello, “wörld” 👋" },
      biz_opaque_callback_data: "msg_01",
    });
  });

  test("a customer without a number is reached by the user id, as recipient", async () => {
    const { json } = await requestOf({ ...HELLO, to: { userId: "IN.555", phone: null } });
    expect(json).toMatchObject({ recipient: "IN.555" });
    expect(json).not.toHaveProperty("to");
  });

  test("a quoting reply names the message it quotes", async () => {
    const { json } = await requestOf({ ...HELLO, replyTo: "wamid.ASKED" });
    expect(json).toMatchObject({ context: { message_id: "wamid.ASKED" } });
  });

  test("a template goes with its language, and its components as they are", async () => {
    const components = [{ type: "body", parameters: [{ type: "text", text: "Tuesday" }] }];
    const content = { type: "template", name: "order_ready", language: "en_US" } as const;
    const { json } = await requestOf({ ...HELLO, content: { ...content, components } });
    expect(json).toMatchObject({
      type: "template",
      template: { name: "order_ready", language: { code: "en_US" }, components },
    });
    const bare = await requestOf({ ...HELLO, content });
    expect(bare.json).toMatchObject({
      template: { name: "order_ready", language: { code: "en_US" } },
    });
    expect(bare.json).not.toHaveProperty("template.components");
  });

  test.each([
    [
      { type: "image", mediaId: "7", caption: "Here" },
      { id: "7", caption: "Here" },
    ],
    [{ type: "video", mediaId: "7" }, { id: "7" }],
    [{ type: "audio", mediaId: "7", fileName: "a.mp3" }, { id: "7" }],
    [{ type: "sticker", mediaId: "7" }, { id: "7" }],
    [
      { type: "document", mediaId: "7", caption: "Bill", fileName: "bill.pdf" },
      { id: "7", caption: "Bill", filename: "bill.pdf" },
    ],
  ] as const)("a file goes by Meta's id of it: %o", async (content, file) => {
    const { json } = await requestOf({ ...HELLO, content });
    expect(json).toMatchObject({ type: content.type, [content.type]: file });
  });

  test("a contact without any id and a content we can't send yet are rejected unsent", async () => {
    const nobody = { userId: null, phone: null };
    const content = { type: "location", latitude: 1, longitude: 2 } as const;
    expect(await send("silence", { ...HELLO, to: nobody })).toMatchObject({
      type: "rejected",
      code: "no_recipient",
      stopsChannel: false,
    });
    expect(await send("silence", { ...HELLO, content })).toMatchObject({
      type: "rejected",
      code: "content_not_sendable",
      stopsChannel: false,
    });
  });
});

describe("an accepted message", () => {
  test("has an id, and the customer's ids as WhatsApp knows them", async () => {
    const body = {
      messaging_product: "whatsapp",
      contacts: [{ input: "+5511987654321", wa_id: "551187654321" }],
      messages: [{ id: "wamid.OUT1", message_status: "accepted" }],
    };
    expect(await send({ status: 200, body: JSON.stringify(body) })).toEqual({
      type: "sent",
      externalId: "wamid.OUT1",
      contact: {
        userId: null,
        parentUserId: null,
        phone: "551187654321",
        username: null,
        name: null,
      },
    });
  });

  test("may come with a user id instead of a number, or with no contact", async () => {
    const body =
      '{"contacts":[{"input":"IN.555","user_id":"IN.555"}],"messages":[{"id":"wamid.2"}]}';
    expect(await send({ status: 200, body })).toMatchObject({
      contact: { userId: "IN.555", phone: null },
    });
    expect(await send(ACCEPTED)).toMatchObject({ type: "sent", contact: null });
  });
});

describe("a refusal (channels.md A16)", () => {
  test.for([0, 190, 3, 10, 200, 299, 131005, 131031, 131042, 133010, 131048])(
    "%i stops the channel",
    async (code) => {
      expect(await send(refusal(code))).toMatchObject({
        type: "rejected",
        code: String(code),
        stopsChannel: true,
      });
    },
  );

  test.for([131047, 131026, 131049, 131062, 131008, 100, 33, 131051, 132001, 133000])(
    "%i is final for this message only",
    async (code) => {
      expect(await send(refusal(code))).toMatchObject({
        type: "rejected",
        code: String(code),
        stopsChannel: false,
      });
    },
  );

  test("the code decides, whatever the HTTP status", async () => {
    expect(await send(refusal(131047, 500))).toMatchObject({ type: "rejected" });
    expect(await send(refusal(131047, 200))).toMatchObject({ type: "rejected" });
    expect(await send(refusal(131016, 400))).toMatchObject({ type: "retry" });
  });

  test("131056 makes this customer wait 1, 4, 16, … seconds", async () => {
    const outcome = await send(refusal(131056));
    expect(outcome).toMatchObject({ type: "retry", scope: "contact", maxAttempts: 8 });
    expect(delaysOf(outcome)).toEqual([1, 4, 16, 64, 256, 600, 600].map((s) => s * 1_000));
  });

  test("130429 slows the whole channel down, for up to a minute and a half", async () => {
    const outcome = await send(refusal(130429, 429));
    expect(outcome).toMatchObject({ type: "retry", scope: "channel", maxAttempts: 20 });
    expectBetween(delaysOf(outcome).slice(0, 7), [1, 2, 4, 8, 16, 32, 60]);
  });

  test("4 and 80007 make the channel wait for minutes", async () => {
    for (const code of [4, 80007]) {
      const outcome = await send(refusal(code));
      expect(outcome).toMatchObject({ type: "retry", scope: "channel" });
      expectBetween(delaysOf(outcome).slice(0, 4), [60, 120, 240, 480]);
    }
  });

  test.for([1, 2, 131000, 131016, 131057, 133004])(
    "%i is temporary: eight tries, each later than the last",
    async (code) => {
      const outcome = await send(refusal(code));
      expect(outcome).toMatchObject({ type: "retry", scope: "message", maxAttempts: 8 });
      expectBetween(delaysOf(outcome), [1, 3, 9, 27, 81, 243, 300]);
    },
  );

  test("an unknown code is final, unless Graph calls it transient or answers 5xx", async () => {
    expect(await send(refusal(987654))).toMatchObject({ type: "rejected", stopsChannel: false });
    expect(await send(refusal(987654, 400, { is_transient: true }))).toMatchObject({
      type: "retry",
      scope: "message",
    });
    expect(await send(refusal(987654, 503))).toMatchObject({ type: "retry", scope: "message" });
  });

  test("Graph's own details reach a person", async () => {
    const error_data = { messaging_product: "whatsapp", details: "Parameter 2 is missing." };
    const outcome = await send(refusal(132000, 400, { error_data }));
    expect(outcome).toMatchObject({
      message: expect.stringContaining("(Parameter 2 is missing.)"),
    });
  });

  test("a bad token is never quoted, not even a piece of it", async () => {
    const message = "Malformed access token EAAtest-acc";
    const outcome = await send(refusal(190, 401, { message }));
    expect(JSON.stringify(outcome)).not.toContain("EAA");
  });

  test("messages don't come back in the same instant, but each always at its own", async () => {
    const [one, same, other] = await Promise.all([
      send(refusal(131016)),
      send(refusal(131016)),
      send(refusal(131016), { ...HELLO, reference: "msg_02" }),
    ]);
    expect(delaysOf(same)).toEqual(delaysOf(one));
    expect(delaysOf(other)).not.toEqual(delaysOf(one));
  });

  test("the provider's own wish to be left alone is respected, for up to an hour", async () => {
    const usage = (minutes: number) => ({
      "x-business-use-case-usage": JSON.stringify({
        "419561257915477": [{ call_count: 100, estimated_time_to_regain_access: minutes }],
      }),
    });
    const waits = async (headers: Record<string, string>) =>
      delaysOf(await send({ status: 429, body: "", headers }))[0];
    expect(await waits({ "retry-after": "120" })).toBe(120_000);
    expect(await waits(usage(7))).toBe(7 * 60_000);
    expect(await waits(usage(6_000))).toBe(60 * 60_000);
    expect(await waits({ "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" })).toBeLessThan(2_000);
    expect(await waits({ "x-business-use-case-usage": "{" })).toBeLessThan(2_000);
  });
});

describe("an answer without a Graph error", () => {
  test.for([
    [301, "rejected"],
    [400, "rejected"],
    [401, "rejected"],
    [404, "rejected"],
    [408, "retry"],
    [429, "retry"],
    [500, "retry"],
    [502, "retry"],
    [503, "retry"],
    [504, "unknown"],
  ] as const)("%i is %s", async ([status, type]) => {
    const headers = { location: "http://127.0.0.1:9/" };
    expect(await send({ status, body: "<html>", headers })).toMatchObject({
      type,
      code: `http_${status}`,
    });
  });

  test("401 stops the channel, 404 doesn't", async () => {
    expect(await send({ status: 401, body: "" })).toMatchObject({ stopsChannel: true });
    expect(await send({ status: 404, body: "" })).toMatchObject({ stopsChannel: false });
  });
});

describe("no answer", () => {
  test("a TLS handshake that fails or is cut off let nothing of the message out", async () => {
    await using provider = await startStubProvider(ACCEPTED);
    const overTls = () => sendTo(provider.url.replace("http:", "https:"));
    expect(await overTls()).toMatchObject({ type: "retry", code: "not_connected" });
    provider.cutNewConnections();
    expect(await overTls()).toMatchObject({ type: "retry", code: "not_connected" });
  });

  test.for(["ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT", "CERT_HAS_EXPIRED"])(
    "%s is tried again, for nothing was sent",
    async (code) => {
      expect(await failingWith(Object.assign(new Error("connect"), { code }))).toMatchObject({
        type: "retry",
        code: "not_connected",
        message: `WhatsApp could not be reached (${code}).`,
      });
    },
  );

  test.for(["ECONNRESET", "ETIMEDOUT", "EPIPE", "UND_ERR_SOCKET", "UND_ERR_HEADERS_TIMEOUT"])(
    "%s may have come after the message was sent",
    async (code) => {
      const cause = Object.assign(new Error("socket"), { code, syscall: "read" });
      expect(await failingWith(cause)).toMatchObject({ type: "unknown", code: "no_answer" });
    },
  );

  test("a time-out at every address of the host is one while connecting", async () => {
    const connecting = { code: "ETIMEDOUT", syscall: "connect" };
    const causes = ["v6", "v4"].map((text) => Object.assign(new Error(text), connecting));
    const all = Object.assign(new AggregateError(causes), { code: "ETIMEDOUT" });
    expect(await failingWith(all)).toMatchObject({ type: "retry" });
    const other = Object.assign(new AggregateError([...causes, new Error("odd")]), {
      code: "ETIMEDOUT",
    });
    expect(await failingWith(other)).toMatchObject({ type: "unknown" });
  });
});

function failingWith(cause: Error): Promise<SendOutcome> {
  const fetch = () => Promise.reject(new TypeError("fetch failed", { cause }));
  return sendTo("http://127.0.0.1:9", HELLO, fetch);
}

/** The waits before each try but the first, in ms. */
function delaysOf(outcome: SendOutcome): number[] {
  if (outcome.type !== "retry") throw new Error(`This is ${outcome.type} and not a retry.`);
  return Array.from({ length: outcome.maxAttempts - 1 }, (_, index) => outcome.afterMs(index + 1));
}

/** Each wait is the given one and at most half of it more. */
function expectBetween(delaysMs: readonly number[], seconds: readonly number[]): void {
  expect(delaysMs).toHaveLength(seconds.length);
  for (const [index, leastS] of seconds.entries()) {
    expect(delaysMs[index]).toBeGreaterThanOrEqual(leastS * 1_000);
    expect(delaysMs[index]).toBeLessThanOrEqual(leastS * 1_500);
  }
}
