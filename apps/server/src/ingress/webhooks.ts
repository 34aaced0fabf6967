/**
 * The door of the providers: `GET` answers their handshake, `POST` takes their webhooks. The signature is
 * checked over the raw bytes before anything is parsed; the 200 goes out only when everything that was
 * understood is committed, so that whatever a provider was told we have, we have.
 */
import type { ChannelEvent } from "@punctual/channel-kit";
import { PunctualError } from "@punctual/contract";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { AnyChannel, Deps } from "../actions/deps.ts";
import type { ReceivedEvent } from "../actions/receive-webhook.ts";
import { parseForeignJson } from "../platform/clean-text.ts";
import type { Metrics } from "../platform/metrics.ts";
import { type KnownChannel, WebhookChannels } from "./webhook-channels.ts";
import { type AdmittedWebhook, WebhookInbox } from "./webhook-inbox.ts";

/** Providers batch up to 3 MB; a larger body is refused (channels.md A4). */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** What a body is taken for whose length is not told before it comes. */
const UNKNOWN_BODY_BYTES = 64 * 1024;

export interface WebhookDoor {
  readonly deps: Deps;
  readonly metrics: Metrics;
  readonly channels: ReadonlyMap<string, AnyChannel>;
}

/** Adds `GET` and `POST /webhooks/:kind/:channelId`. */
export function registerWebhooks(app: FastifyInstance, door: WebhookDoor): void {
  const known = new WebhookChannels(door.deps, door.channels);
  const inbox = new WebhookInbox(door.deps);
  door.metrics.measureWebhookDelay(() => inbox.delayMs);
  const admitted = new WeakMap<FastifyRequest, AdmittedWebhook>();
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      "*",
      { parseAs: "buffer", bodyLimit: MAX_BODY_BYTES },
      async (_request: FastifyRequest, body: Buffer) => body,
    );
    scope.addHook("onError", async (request: FastifyRequest<Door>, _reply, error) => {
      if (error.code === BODY_TOO_LARGE) refused(door, request, "body_too_large");
      // Refused at the door, or after waiting in vain.
      if (error.code === OVERLOADED) door.metrics.webhook("overloaded");
    });
    scope.get<Door>("/webhooks/:kind/:channelId", OPTIONS, async (request, reply) => {
      const channel = await findChannel(door, known, request);
      const query = new URLSearchParams(request.url.split("?")[1] ?? "");
      const answer = channel.channel.answerHandshake(channel.config, query);
      channel.note(answer === null ? "badVerifyToken" : "handshake");
      if (answer === null) throw refused(door, request, "verify_token_wrong");
      return await reply.type("text/plain; charset=utf-8").send(answer);
    });
    scope.post<Door>("/webhooks/:kind/:channelId", {
      ...OPTIONS,
      // Before anything of the body is read: what is too much is refused for next to nothing.
      onRequest: async (request, reply) => {
        const webhook = inbox.admit(bytesOf(request));
        if (typeof webhook === "number") {
          reply.header("retry-after", webhook);
          throw new PunctualError(OVERLOADED);
        }
        admitted.set(request, webhook);
        reply.raw.once("close", webhook.leave);
      },
      handler: async (request, reply) => {
        const channel = await findChannel(door, known, request);
        await admitted.get(request)?.add(parse(door, channel, request));
        door.metrics.webhook("stored");
        return await reply.code(200).send();
      },
    });
  });
}

interface Door {
  Params: { kind: string; channelId: string };
}

const OPTIONS = { schema: { hide: true } } as const;

async function findChannel(
  door: WebhookDoor,
  known: WebhookChannels,
  request: FastifyRequest<Door>,
): Promise<KnownChannel> {
  const { kind, channelId } = request.params;
  const channel = await known.find(kind, channelId);
  if (channel === null) throw refused(door, request, "channel_not_found");
  return channel;
}

const OVERLOADED = "unavailable";

/** Fastify's code for a body beyond the limit. */
const BODY_TOO_LARGE = "FST_ERR_CTP_BODY_TOO_LARGE";

type Refusal =
  | "body_too_large"
  | "channel_not_found"
  | "signature_invalid"
  | "malformed_json"
  | "verify_token_wrong";

function refused(door: WebhookDoor, request: FastifyRequest<Door>, code: Refusal): PunctualError {
  door.metrics.webhook(code);
  const { kind, channelId } = request.params;
  door.deps.logger.warn({ kind, channelId, ip: request.ip, code }, "a webhook was refused");
  return new PunctualError(code);
}

/** Signature first, over the raw bytes; then everything in it that is for a number we know. */
function parse(
  door: WebhookDoor,
  known: KnownChannel,
  request: FastifyRequest<Door>,
): readonly ReceivedEvent[] {
  const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
  const webhook = { body, headers: request.headers };
  if (!known.channel.verifyWebhook(known.config, webhook)) {
    known.note("badSignature");
    throw refused(door, request, "signature_invalid");
  }
  known.note("signed");
  let payload: unknown;
  try {
    payload = parseForeignJson(body.toString("utf8"));
  } catch {
    throw refused(door, request, "malformed_json");
  }
  return known.channel
    .parseWebhook(payload)
    .flatMap((event) => addressed(door, known, event) ?? []);
}

function addressed(
  door: WebhookDoor,
  known: KnownChannel,
  event: ChannelEvent,
): ReceivedEvent | null {
  const { accountId, id: channelId } = known.stored;
  if (event.type === "ignored") {
    door.deps.logger.info({ channelId, reason: event.reason }, "a part of a webhook was ignored");
    return null;
  }
  const sibling = known.siblings.get(event.address);
  if (sibling === undefined) {
    door.metrics.webhook("unknown_address");
    const { address } = event;
    door.deps.logger.warn({ channelId, address }, "a webhook speaks of a number we don't serve");
    return null;
  }
  return { accountId, channelId: sibling.id, event };
}

function bytesOf({ headers }: FastifyRequest): number {
  return Number(headers["content-length"] ?? UNKNOWN_BODY_BYTES);
}
