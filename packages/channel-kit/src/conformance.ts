/**
 * The promises of `Channel` as tests: every channel runs them against its own samples, so that the
 * server can rely on them without knowing a channel.
 */
import { MessageContent } from "@punctual/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Channel, OutboundMessage, SendOutcome, WebhookRequest } from "./channel.ts";
import type { ChannelEvent, ContactIdentity } from "./channel-event.ts";
import { findRefusingUrl, type StubAnswer, startStubProvider } from "./stub-provider.ts";

/** What the suite must know of a channel's network. */
export interface ChannelSamples {
  /** The raw configuration of a channel whose provider is at this base URL. */
  readonly rawConfig: (providerUrl: string) => unknown;
  /** Every secret in that configuration. */
  readonly secrets: readonly string[];
  readonly address: string;
  readonly handshake: {
    readonly right: URLSearchParams;
    readonly answer: string;
    readonly wrong: Readonly<Record<string, URLSearchParams>>;
  };
  readonly signature: {
    /** The header that carries the signature, in lower case. */
    readonly header: string;
    /** Its value for these bytes and the secrets of `rawConfig`. */
    readonly sign: (body: Uint8Array) => string;
    /** A body whose bytes change when it is parsed and serialised again. */
    readonly body: string;
  };
  /** Webhook bodies by name. */
  readonly payloads: Readonly<Record<string, unknown>>;
  readonly message: OutboundMessage;
  /** The provider's answer to a message it accepts, and the id that it gives it. */
  readonly accepted: { readonly answer: StubAnswer; readonly externalId: string };
  /** A refusal in which the provider quotes this text. */
  readonly refusalQuoting: (text: string) => StubAnswer;
}

/** Declares the suite; call it at the top level of a channel's test file. */
export function describeChannelConformance<Config>(
  channel: Channel<Config>,
  samples: ChannelSamples,
): void {
  describe(`the ${channel.kind} channel keeps a channel's promises`, () => {
    describe("configuration", () => describeConfiguration(channel, samples));
    describe("handshake", () => describeHandshake(channel, samples));
    describe("signature", () => describeSignature(channel, samples));
    describe("webhook", () => describeWebhook(channel, samples));
    describe("send", () => describeSend(channel, samples));
    describe("send without an answer", () => describeNoAnswer(channel, samples));
  });
}

const NOWHERE = "http://127.0.0.1:9";

function describeConfiguration<Config>(channel: Channel<Config>, samples: ChannelSamples): void {
  test("a channel is known by its address", () => {
    expect(channel.addressOf(channel.parseConfig(samples.rawConfig(NOWHERE)))).toBe(
      samples.address,
    );
  });

  test.for([null, undefined, 7, "text", [], {}])("%j is refused", (raw) => {
    expect(() => channel.parseConfig(raw)).toThrow();
  });

  test("a refused configuration doesn't quote its secrets", () => {
    for (const secret of samples.secrets) {
      const raw = JSON.stringify(samples.rawConfig(NOWHERE));
      const broken: unknown = JSON.parse(raw.replaceAll(secret, `${secret}\\nx`));
      const spoilt: unknown = JSON.parse(raw.replaceAll(NOWHERE, "nowhere"));
      expectNoSecret(
        problemOf(() => channel.parseConfig(broken)),
        samples,
      );
      expectNoSecret(
        problemOf(() => channel.parseConfig(spoilt)),
        samples,
      );
    }
  });
}

function describeHandshake<Config>(channel: Channel<Config>, samples: ChannelSamples): void {
  const config = channel.parseConfig(samples.rawConfig(NOWHERE));

  test("the right token is answered", () => {
    expect(channel.answerHandshake(config, samples.handshake.right)).toBe(samples.handshake.answer);
  });

  test.for(Object.entries(samples.handshake.wrong))("%s is not answered", ([, query]) => {
    expect(channel.answerHandshake(config, query)).toBeNull();
  });

  test("an empty query is not answered", () => {
    expect(channel.answerHandshake(config, new URLSearchParams())).toBeNull();
  });
}

function describeSignature<Config>(channel: Channel<Config>, samples: ChannelSamples): void {
  const config = channel.parseConfig(samples.rawConfig(NOWHERE));
  const { header, sign } = samples.signature;
  const body = new TextEncoder().encode(samples.signature.body);
  const good = sign(body);
  const verify = (signature: string | readonly string[] | undefined, bytes = body) => {
    const request: WebhookRequest = { body: bytes, headers: { [header]: signature } };
    return channel.verifyWebhook(config, request);
  };

  test("a good signature is believed", () => {
    expect(verify(good)).toBe(true);
  });

  test("the same JSON in other bytes is not believed", () => {
    const again = JSON.stringify(JSON.parse(samples.signature.body));
    expect(again).not.toBe(samples.signature.body);
    expect(verify(good, new TextEncoder().encode(again))).toBe(false);
  });

  test("a body with one changed byte is not believed", () => {
    const changed = Uint8Array.from(body);
    changed[0] = (changed[0] ?? 0) ^ 1;
    expect(verify(good, changed)).toBe(false);
  });

  test("a signature of another body is not believed", () => {
    expect(verify(sign(new TextEncoder().encode("{}")))).toBe(false);
  });

  test("a missing, empty, shortened, lengthened or doubled signature is not believed", () => {
    const wrong = [undefined, "", good.slice(0, -1), `${good}0`, `${good}zz`, [good, good], []];
    expect(wrong.map((signature) => verify(signature))).toEqual(wrong.map(() => false));
    expect(channel.verifyWebhook(config, { body, headers: {} })).toBe(false);
  });

  test("whatever stands in the header, nothing throws and nothing is believed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        for (const signature of [text, good.slice(0, -text.length) + text]) {
          fc.pre(signature !== good);
          expect(verify(signature)).toBe(false);
        }
      }),
    );
  });
}

function describeWebhook<Config>(channel: Channel<Config>, samples: ChannelSamples): void {
  const payloads = Object.entries(samples.payloads);

  test.for(payloads)("%s is understood alike each time", ([, payload]) => {
    const copy = structuredClone(payload);
    const events = channel.parseWebhook(payload);
    expect(channel.parseWebhook(copy)).toEqual(events);
    expect(payload).toEqual(copy);
    for (const event of events) expectWellFormed(event);
  });

  test("any JSON is taken without an error", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (payload) => {
        for (const event of channel.parseWebhook(payload)) expectWellFormed(event);
      }),
    );
  });

  test("a real payload with anything in any place is taken without an error", () => {
    fc.assert(
      fc.property(mutated(payloads.map(([, payload]) => payload)), (payload) => {
        for (const event of channel.parseWebhook(payload)) expectWellFormed(event);
      }),
      { numRuns: 1_000 },
    );
  });
}

function describeSend<Config>(channel: Channel<Config>, samples: ChannelSamples): void {
  const sendTo = async (answer: StubAnswer) => {
    await using provider = await startStubProvider(answer);
    return await sendSample(channel, samples, provider.url);
  };

  test("an accepted message is sent", async () => {
    expect(await sendTo(samples.accepted.answer)).toMatchObject({
      type: "sent",
      externalId: samples.accepted.externalId,
    });
  });

  test("an acceptance that can't be read is unknown", async () => {
    for (const body of ["", "{", "null", "[]", "{}", "<html></html>"]) {
      expect(await sendTo({ status: 200, body })).toMatchObject({ type: "unknown" });
    }
  });

  test.for([500, 502, 503])("an answer of %i is tried again", async (status) => {
    expect(await sendTo({ status, body: "" })).toMatchObject({ type: "retry" });
  });

  test("a refusal that quotes a secret is passed on without it", async () => {
    for (const secret of samples.secrets) {
      const outcome = await sendTo(samples.refusalQuoting(`you sent ${secret}`));
      expect(outcome.type).not.toBe("sent");
    }
  });

  test("a connection cut after the request is unknown", async () => {
    expect(await sendTo("reset")).toMatchObject({ type: "unknown" });
  });
}

function describeNoAnswer<Config>(channel: Channel<Config>, samples: ChannelSamples): void {
  test("a refused connection is tried again", async () => {
    const outcome = await sendSample(channel, samples, await findRefusingUrl());
    expect(outcome).toMatchObject({ type: "retry" });
  });

  test("giving up on an answer that never comes is unknown", async () => {
    await using provider = await startStubProvider("silence");
    const patience = new AbortController();
    const outcome = sendSample(channel, samples, provider.url, { signal: patience.signal });
    await provider.firstRequest;
    patience.abort();
    expect(await outcome).toMatchObject({ type: "unknown" });
  });

  test("a message stopped before it was sent is tried again", async () => {
    const outcome = await sendSample(channel, samples, NOWHERE, { signal: AbortSignal.abort() });
    expect(outcome).toMatchObject({ type: "retry" });
  });

  test("whatever fetch throws, an outcome comes back", async () => {
    for (const thrown of [new Error(samples.secrets.join()), "text", null, undefined, { a: 1 }]) {
      const fetch = () => Promise.reject(thrown);
      const outcome = await sendSample(channel, samples, NOWHERE, { fetch });
      expect(outcome).toMatchObject({ type: "unknown" });
    }
  });
}

/** Sends the sample message and checks what is promised of every outcome. */
async function sendSample<Config>(
  channel: Channel<Config>,
  samples: ChannelSamples,
  providerUrl: string,
  { fetch = globalThis.fetch, signal = new AbortController().signal } = {},
): Promise<SendOutcome> {
  const config = channel.parseConfig(samples.rawConfig(providerUrl));
  const outcome = await channel.send(config, samples.message, fetch, signal);
  expectNoSecret(JSON.stringify(outcome), samples);
  if (outcome.type === "retry") {
    expect(outcome.maxAttempts).toBeGreaterThan(1);
    for (let attempt = 1; attempt < outcome.maxAttempts; attempt += 1) {
      const delayMs = outcome.afterMs(attempt);
      expect(Number.isSafeInteger(delayMs) && delayMs > 0).toBe(true);
      expect(outcome.afterMs(attempt)).toBe(delayMs);
    }
  }
  return outcome;
}

function expectNoSecret(text: string, samples: ChannelSamples): void {
  for (const secret of samples.secrets) expect(text).not.toContain(secret);
}

function problemOf(parse: () => unknown): string {
  try {
    return JSON.stringify(parse() === undefined);
  } catch (error) {
    return error instanceof Error ? `${error.message} ${error.stack} ${JSON.stringify(error)}` : "";
  }
}

/** What is promised of an event, beyond its type. */
function expectWellFormed(event: ChannelEvent): void {
  if (event.type === "ignored") {
    expect(event.reason).not.toBe("");
    return;
  }
  expect(event.address).not.toBe("");
  expect(Number.isSafeInteger(event.at) && event.at >= 0).toBe(true);
  expect(event.externalId).not.toBe("");
  for (const contact of contactsOf(event)) expectKnown(contact);
  if (event.type === "customerMessage" || event.type === "echo") {
    expect(MessageContent.safeParse(event.content).success).toBe(true);
  }
}

function contactsOf(event: Exclude<ChannelEvent, { type: "ignored" }>): ContactIdentity[] {
  if (event.type === "identityChanged") return [event.previous, event.current];
  return event.contact === null ? [] : [event.contact];
}

function expectKnown(contact: ContactIdentity): void {
  expect(contact.userId !== null || contact.phone !== null).toBe(true);
  expect(contact.phone ?? "0").toMatch(/^\d+$/);
  for (const text of [contact.userId, contact.parentUserId, contact.username, contact.name]) {
    expect(text).not.toBe("");
  }
}

/** Payloads in which up to three values, anywhere, are replaced by arbitrary JSON or left out. */
function mutated(payloads: readonly unknown[]): fc.Arbitrary<unknown> {
  const change = fc.record({ at: fc.nat(), value: fc.option(fc.jsonValue(), { nil: undefined }) });
  return fc
    .record({
      payload: fc.constantFrom(...payloads),
      changes: fc.array(change, { minLength: 1, maxLength: 3 }),
    })
    .map(({ payload, changes }) =>
      changes.reduce<unknown>((json, { at, value }) => replaceAt(json, at, value), payload),
    );
}

/** A copy with the value at one place, counted through the tree, replaced. */
function replaceAt(payload: unknown, place: number, value: unknown): unknown {
  let places = 0;
  JSON.stringify(payload, (_, member: unknown) => {
    places += 1;
    return member;
  });
  const target = place % Math.max(places, 1);
  let index = -1;
  const json = JSON.stringify(payload, (_, member: unknown) => {
    index += 1;
    return index === target ? value : member;
  });
  return json === undefined ? undefined : JSON.parse(json);
}
