/**
 * Files of messages. They lie at the provider and pass through here: a member's request becomes one of the
 * channel's own, so that nobody but us needs its token, and nothing in a file can act as a page of ours.
 */
import { pipeline, Readable, Transform } from "node:stream";
import type { MediaAnswer } from "@punctual/channel-kit";
import {
  MAX_UPLOAD_BYTES,
  MediaParams,
  MediaQuery,
  type MessageContent,
  PunctualError,
  SessionParams,
  UploadedMedia,
  UploadQuery,
} from "@punctual/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { uploadMedia } from "../../actions/upload-media.ts";
import { authorize } from "../../permissions/authorize.ts";
import { timeoutSignal } from "../../platform/clock.ts";
import { readMessage } from "../../store/read-messages.ts";
import { readSessionAccess } from "../../store/session-access.ts";
import { readSessionChannel } from "../../store/session-channel.ts";
import { memberOf } from "../auth/authenticate.ts";
import { authorizeAct } from "./act.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

/** The largest that customers can send (channels.md A12). */
const MAX_FILE_BYTES = 100 * 1024 * 1024;
/** Larger sounds and films are given whole. */
const MAX_CUT_BYTES = 16 * 1024 * 1024;
const FETCH_TIMEOUT_MS = 120_000;
/** Uploads read into memory at the same time; others are asked to come again. */
const UPLOADS_AT_ONCE = 8;

/** Types that a browser shows and never runs. Everything else is a download of unknown type. */
const SHOWN =
  /^(image\/(jpeg|png|gif|webp)|audio\/(aac|amr|mpeg|mp4|ogg)|video\/(mp4|3gpp)|application\/pdf)$/;

export function registerMedia(app: ApiServer, context: ApiContext): void {
  app.get(
    "/sessions/:sessionId/messages/:messageId/media",
    {
      schema: {
        operationId: "getMessageMedia",
        summary: "The file of a message, from its provider",
        tags: ["Sessions"],
        params: MediaParams,
        querystring: MediaQuery,
        response: {
          200: {
            description: "The file",
            content: { "application/octet-stream": { schema: z.string() } },
          },
          default: problems,
        },
      },
    },
    async (request, reply) => {
      const content = await contentInSight(context, request);
      const closed = new AbortController();
      reply.raw.once("close", () => closed.abort());
      const signal = AbortSignal.any([closed.signal, timeoutSignal(FETCH_TIMEOUT_MS)]);
      const file = await fetchFile(context, request, content.mediaId, signal);
      describeFile(reply, { ...content, mimeType: file.mimeType }, request.query.download);
      const bytes = passOn(file.body, atMost(MAX_FILE_BYTES));
      const part = partOf(request.headers.range, file);
      if (part === null) {
        if (file.bytes !== null) reply.header("content-length", file.bytes);
        return await reply.send(bytes as never);
      }
      const whole = await wholeOf(bytes);
      const wanted = whole.subarray(part.from, part.until);
      reply.header("content-range", `bytes ${part.from}-${part.until - 1}/${whole.length}`);
      return await reply.code(206).send(wanted as never);
    },
  );

  registerUploads(app, context);
}

type FileContent = Extract<MessageContent, { mediaId?: string | undefined }>;
type MediaRequest = FastifyRequest<{ Params: z.infer<typeof MediaParams> }>;

/** Throws `session_not_found`, `message_not_found` and `media_not_found`. */
async function contentInSight(
  { deps }: ApiContext,
  request: Pick<MediaRequest, "params" | "member">,
): Promise<FileContent & { readonly mediaId: string }> {
  const member = memberOf(request);
  authorize(member, "readSessions");
  const { sessionId, messageId } = request.params;
  const { accountId } = member;
  const message = await deps.db.readAs(accountId, async (read) => {
    const session = await readSessionAccess(read, member, sessionId);
    if (session === null) throw new PunctualError("session_not_found");
    return await readMessage(read, accountId, messageId);
  });
  if (message?.session_id !== sessionId) throw new PunctualError("message_not_found");
  const { content } = message;
  if (message.deleted_at !== null || !("mediaId" in content) || content.mediaId === undefined) {
    throw new PunctualError("media_not_found");
  }
  return { ...content, mediaId: content.mediaId };
}

/** Throws `media_not_found`, `media_gone` and `media_unavailable`. */
async function fetchFile(
  { deps, channelOf, fetch }: ApiContext,
  request: Pick<MediaRequest, "params" | "member">,
  mediaId: string,
  signal: AbortSignal,
): Promise<Extract<MediaAnswer, { type: "found" }>> {
  const { accountId } = memberOf(request);
  const { sessionId } = request.params;
  const stored = await deps.db.readAs(accountId, (read) =>
    readSessionChannel(read, accountId, sessionId),
  );
  const channel = channelOf(stored?.kind ?? "");
  if (stored === null || channel?.media === undefined) throw new PunctualError("media_not_found");
  const config = channel.parseConfig(stored.config);
  const answer = await channel.media.fetch(config, mediaId, fetch, signal);
  if (answer.type === "gone") throw new PunctualError("media_gone");
  if (answer.type === "failed" || (answer.bytes ?? 0) > MAX_FILE_BYTES) {
    const why = answer.type === "failed" ? answer.message : "it is too large";
    if (answer.type === "found") await answer.body.cancel();
    deps.logger.warn({ sessionId, why }, "a message's file could not be fetched");
    throw new PunctualError("media_unavailable");
  }
  return answer;
}

/**
 * The part of a file that a player asks for (RFC 9110 §14.2): some play nothing without. `null`: all of it, also
 * where what is asked for can't be given. Providers promise no parts, so the file is cut here.
 */
function partOf(
  header: string | undefined,
  { bytes, mimeType }: { readonly bytes: number | null; readonly mimeType: string },
): { readonly from: number; readonly until: number } | null {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (bytes === null || bytes > MAX_CUT_BYTES || !/^(audio|video)\//.test(mimeType)) return null;
  if (first === "" && last === "") return null;
  const from = first === "" ? Math.max(0, bytes - Number(last)) : Number(first);
  const until = first === "" || last === "" ? bytes : Math.min(bytes, Number(last) + 1);
  return from < until ? { from, until } : null;
}

function describeFile(
  reply: FastifyReply,
  { mimeType, fileName }: { readonly mimeType: string; readonly fileName?: string | undefined },
  download: boolean | undefined,
): void {
  const type = mimeType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const isShown = SHOWN.test(type);
  const disposition = isShown && download !== true ? "inline" : "attachment";
  const name = fileName === undefined ? "" : `; filename*=UTF-8''${encodeName(fileName)}`;
  reply.headers({
    "content-type": isShown ? type : "application/octet-stream",
    "content-disposition": `${disposition}${name}`,
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    // Files never change; whoever looks again within the hour needs no provider for it.
    "cache-control": "private, max-age=3600, immutable",
  });
}

/** RFC 8187, without what could lead out of a folder. */
function encodeName(name: string): string {
  const plain = name.replaceAll(/[/\\\p{Cc}]/gu, "_").slice(0, 240);
  return encodeURIComponent(plain).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** What breaks off on one side, a provider that fails or a screen that is left, ends the other side too. */
function passOn(body: MediaBody, through: Transform): Transform {
  pipeline(Readable.fromWeb(body as never), through, () => undefined);
  return through;
}

type MediaBody = Extract<MediaAnswer, { type: "found" }>["body"];

/** Throws `media_unavailable` when the provider breaks off. */
async function wholeOf(bytes: Transform): Promise<Buffer> {
  try {
    return Buffer.concat(await bytes.toArray());
  } catch {
    throw new PunctualError("media_unavailable");
  }
}

/** Breaks off a file that is larger than its provider said. */
function atMost(bytes: number): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      passed += chunk.length;
      if (passed > bytes) done(new Error("the file is larger than its provider said"));
      else done(null, chunk);
    },
  });
}

function registerUploads(app: ApiServer, context: ApiContext): void {
  let uploads = 0;
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      "*",
      { parseAs: "buffer", bodyLimit: MAX_UPLOAD_BYTES },
      async (_request: unknown, body: Buffer) => body,
    );
    scope.withTypeProvider<ZodTypeProvider>().post(
      "/sessions/:sessionId/media",
      {
        bodyLimit: MAX_UPLOAD_BYTES,
        schema: {
          operationId: "uploadMedia",
          summary: "Upload a file to be sent in the session",
          description:
            "The body is the file itself, `Content-Type` its type. Send it then with a message of the type `media`.",
          tags: ["Sessions"],
          consumes: ["application/octet-stream"],
          params: SessionParams,
          querystring: UploadQuery,
          body: z.any().meta({ type: "string", format: "binary" }),
          response: { 201: UploadedMedia, default: problems },
        },
        preParsing: async (_request, reply) => {
          if (uploads >= UPLOADS_AT_ONCE) throw new PunctualError("unavailable");
          uploads += 1;
          reply.raw.once("close", () => {
            uploads -= 1;
          });
        },
      },
      async (request, reply) => {
        const member = memberOf(request);
        const { accountId, id: memberId } = member;
        const { sessionId } = request.params;
        await authorizeAct(context.deps, member, sessionId, "sendMessage");
        const bytes = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
        const uploaded = await uploadMedia(context.deps, context, {
          ...{ accountId, memberId, sessionId, bytes: new Uint8Array(bytes) },
          mimeType: request.headers["content-type"] ?? "",
          fileName: request.query.fileName ?? null,
        });
        return await reply.code(201).send(uploaded);
      },
    );
  });
}
