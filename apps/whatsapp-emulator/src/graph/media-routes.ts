import { createHmac } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { storeMedia } from "../chat/store-media.ts";
import type { BusinessNumber, MediaFile } from "../state.ts";
import type { World } from "../world.ts";
import { GraphError } from "./graph-error.ts";

/** What Meta takes, and how much of it (`channels.md` A12). */
const MB = 1024 * 1024;
const DOCUMENT = 100 * MB;
const MAX_BYTES: Readonly<Record<string, number>> = {
  "image/jpeg": 5 * MB,
  "image/png": 5 * MB,
  "image/webp": 500 * 1024,
  "video/mp4": 16 * MB,
  "video/3gpp": 16 * MB,
  "audio/aac": 16 * MB,
  "audio/amr": 16 * MB,
  "audio/mpeg": 16 * MB,
  "audio/mp4": 16 * MB,
  "audio/ogg": 16 * MB,
  "text/plain": DOCUMENT,
  "application/pdf": DOCUMENT,
  "application/msword": DOCUMENT,
  "application/vnd.ms-excel": DOCUMENT,
  "application/vnd.ms-powerpoint": DOCUMENT,
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": DOCUMENT,
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": DOCUMENT,
  "application/vnd.openxmlformats-officedocument.presentationml.presentation": DOCUMENT,
};

/** Addresses of files live so long (`channels.md` A12). */
const URL_LIVES_S = 300;
const FILES_PATH = "/whatsapp_business/attachments/";

/**
 * Files: uploaded by multipart, found by their id as an address that lives five minutes, and fetched
 * there with the same token.
 */
export function mediaRoutes(
  app: FastifyInstance,
  getWorld: () => World,
  numberPath: string,
  /** `null`: any number that the token belongs to. */
  authorize: (request: FastifyRequest, phoneNumberId: string | null) => BusinessNumber,
): void {
  app.addContentTypeParser(
    "multipart/form-data",
    { parseAs: "buffer", bodyLimit: DOCUMENT + MB },
    (_request, body, done) => done(null, body),
  );

  app.post<{ Params: { phoneNumberId: string } }>(
    `${numberPath}/media`,
    { bodyLimit: DOCUMENT + MB },
    async (request) => {
      authorize(request, request.params.phoneNumberId);
      const form = await formOf(request);
      if (form.get("messaging_product") !== "whatsapp") {
        throw new GraphError(100, "The parameter messaging_product is required.");
      }
      const file = form.get("file");
      if (!(file instanceof File)) throw new GraphError(100, "The parameter file is required.");
      checkFile(file, form.get("type"));
      const bytes = Buffer.from(await file.arrayBuffer());
      return { id: storeMedia(getWorld().state, typeOf(file), bytes).id };
    },
  );

  app.get<{ Querystring: { mid?: string; ext?: string; hash?: string } }>(
    FILES_PATH,
    async (request, reply) => {
      const { mid = "", ext = "", hash = "" } = request.query;
      const file = getWorld().state.media.get(mid);
      const fresh = Number(ext) * 1_000 > Date.now() && hash === hashOf(mid, ext);
      if (file === undefined || !fresh) return reply.code(404).send();
      authorize(request, null);
      return reply.type(file.mimeType).send(file.bytes);
    },
  );
}

/** What is told of a file whose id is known: where it can be fetched from now on, for five minutes. */
export function presentMedia(file: MediaFile, request: FastifyRequest) {
  const ext = String(Math.floor(Date.now() / 1_000) + URL_LIVES_S);
  const query = new URLSearchParams({ mid: file.id, ext, hash: hashOf(file.id, ext) });
  return {
    messaging_product: "whatsapp",
    url: `${request.protocol}://${request.host}${FILES_PATH}?${query}`,
    mime_type: file.mimeType,
    sha256: Buffer.from(file.sha256, "base64").toString("hex"),
    file_size: String(file.bytes.length),
    id: file.id,
  };
}

async function formOf(request: FastifyRequest): Promise<FormData> {
  try {
    const headers = { "content-type": request.headers["content-type"] ?? "" };
    return await new Response(new Uint8Array(request.body as Buffer), { headers }).formData();
  } catch {
    throw new GraphError(100, "The body is not multipart/form-data.");
  }
}

function checkFile(file: File, type: unknown): void {
  const mimeType = typeOf(file);
  const most = MAX_BYTES[mimeType];
  if (most === undefined || (typeof type === "string" && type.split(";", 1)[0] !== mimeType)) {
    throw new GraphError(
      100,
      `Param file must be a file with one of the following types: ${Object.keys(MAX_BYTES).join(", ")}. Received file of type '${file.type}'.`,
    );
  }
  if (file.size > most) throw new GraphError(131053, `The file is larger than ${most} bytes.`);
}

function typeOf(file: File): string {
  return file.type.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** Nobody guesses an address. */
function hashOf(id: string, ext: string): string {
  return createHmac("sha256", "emulator").update(`${id} ${ext}`).digest("hex").slice(0, 32);
}
