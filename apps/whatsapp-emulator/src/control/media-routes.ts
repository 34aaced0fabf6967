import type { FastifyInstance } from "fastify";
import { storeMedia } from "../chat/store-media.ts";
import type { ControlContext } from "./context.ts";
import { ControlError } from "./control-error.ts";

/** WhatsApp's own limit for photos is 5 MB, for sound and films 16 MB (`channels.md` A12). */
const MOST_BYTES = 16 * 1024 * 1024;

/** Nothing that a browser would run as a page of this server. */
const KNOWN_TYPES =
  /^(image\/(jpeg|png|webp|gif)|(audio|video)\/[\w.+-]+(; ?codecs=[\w.,+-]+)?|application\/pdf)$/;

/** Files that customers send: stored first, then named in a message. */
export async function mediaRoutes(app: FastifyInstance, context: ControlContext): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) =>
      done(null, body),
    );
    scope.post("/media", { bodyLimit: MOST_BYTES }, (request, reply) => {
      const mimeType = String(request.headers["content-type"]).toLowerCase();
      if (!KNOWN_TYPES.test(mimeType) || !Buffer.isBuffer(request.body)) {
        throw new ControlError(
          400,
          "Send the file itself, with the content-type of a jpeg, png, webp or gif image, of " +
            "sound, a film or a PDF.",
        );
      }
      const { id, sha256, bytes } = storeMedia(context.world().state, mimeType, request.body);
      return reply.code(201).send({ mediaId: id, mimeType, sha256, bytes: bytes.length });
    });
  });

  app.get<{ Params: { mediaId: string } }>("/media/:mediaId", (request, reply) => {
    const file = context.world().state.media.get(request.params.mediaId);
    if (!file) throw new ControlError(404, `There is no file ${request.params.mediaId}.`);
    return reply
      .header("cache-control", "private, max-age=86400, immutable")
      .header("content-security-policy", "default-src 'none'; sandbox")
      .header("x-content-type-options", "nosniff")
      .type(file.mimeType)
      .send(file.bytes);
  });
}
