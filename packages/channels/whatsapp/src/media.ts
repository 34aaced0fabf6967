import type {
  ChannelMedia,
  MediaAnswer,
  MediaUpload,
  UploadAnswer,
  UploadLimit,
} from "@punctual/channel-kit";
import { z } from "zod";
import type { WhatsAppConfig } from "./config.ts";
import { callGraph, nameOf } from "./graph.ts";

const MB = 1024 * 1024;
const DAY_MS = 24 * 3_600_000;

const IMAGE: UploadLimit = { type: "image", maxBytes: 5 * MB };
const VIDEO: UploadLimit = { type: "video", maxBytes: 16 * MB };
const AUDIO: UploadLimit = { type: "audio", maxBytes: 16 * MB };
const DOCUMENT: UploadLimit = { type: "document", maxBytes: 100 * MB };
const OFFICE = "application/vnd.openxmlformats-officedocument";

/** Files on WhatsApp (channels.md A12). */
export const whatsappMedia: ChannelMedia<WhatsAppConfig> = {
  uploads: new Map<string, UploadLimit>([
    ["image/jpeg", IMAGE],
    ["image/png", IMAGE],
    ["image/webp", { type: "sticker", maxBytes: 100 * 1024 }],
    ["video/mp4", VIDEO],
    ["video/3gpp", VIDEO],
    ["audio/aac", AUDIO],
    ["audio/amr", AUDIO],
    ["audio/mpeg", AUDIO],
    ["audio/mp4", AUDIO],
    ["audio/ogg", AUDIO],
    ["text/plain", DOCUMENT],
    ["application/pdf", DOCUMENT],
    ["application/msword", DOCUMENT],
    ["application/vnd.ms-excel", DOCUMENT],
    ["application/vnd.ms-powerpoint", DOCUMENT],
    [`${OFFICE}.wordprocessingml.document`, DOCUMENT],
    [`${OFFICE}.spreadsheetml.sheet`, DOCUMENT],
    [`${OFFICE}.presentationml.presentation`, DOCUMENT],
  ]),
  fetch: fetchMedia,
  upload: uploadMedia,
};

/** What becomes part of an address. */
const MEDIA_ID = /^[A-Za-z0-9_-]{1,200}$/;

const Found = z.object({
  url: z.string(),
  mime_type: z.string().default("application/octet-stream"),
  file_size: z.coerce.number().int().nonnegative().optional().catch(undefined),
});

/** The id gives an address that lives five minutes, the address the bytes; both want the token. */
async function fetchMedia(
  config: WhatsAppConfig,
  mediaId: string,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<MediaAnswer> {
  if (!MEDIA_ID.test(mediaId)) return { type: "gone" };
  const asked = `${mediaId}?phone_number_id=${config.phoneNumberId}`;
  const answer = await callGraph(config, asked, { signal }, fetch);
  if (answer.type === "missing") return { type: "gone" };
  if (answer.type !== "ok") return { type: "failed", message: answer.message };
  const found = Found.safeParse(answer.json);
  if (!found.success) return { type: "failed", message: "Graph's answer can't be read." };
  const url = URL.parse(found.data.url);
  if (url === null || !mayCarryToken(url, config)) {
    return { type: "failed", message: "The file lies at an address that isn't Meta's." };
  }
  return await fetchBytes(config, { ...found.data, url }, fetch, signal);
}

async function fetchBytes(
  config: WhatsAppConfig,
  found: Omit<z.infer<typeof Found>, "url"> & { readonly url: URL },
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<MediaAnswer> {
  try {
    const response = await fetch(found.url, {
      headers: { authorization: `Bearer ${config.accessToken}`, "user-agent": "Punctual" },
      redirect: "manual",
      signal,
    });
    const { body } = response;
    if (response.ok && body !== null) {
      return { type: "found", mimeType: found.mime_type, bytes: found.file_size ?? null, body };
    }
    await body?.cancel();
    if (response.status === 404) return { type: "gone" };
    return { type: "failed", message: `The file's address answered ${response.status}.` };
  } catch (thrown) {
    return { type: "failed", message: `The file's address did not answer: ${nameOf(thrown)}.` };
  }
}

/** Hosts under which Meta keeps files. */
const META_HOSTS = [".fbsbx.com", ".fbcdn.net", ".facebook.com", ".whatsapp.net"];

/** Only where the token belongs anyway: the Graph that is configured, and behind Meta's, Meta's files. */
function mayCarryToken(url: URL, { graphUrl }: WhatsAppConfig): boolean {
  const graph = new URL(graphUrl);
  if (url.origin === graph.origin) return true;
  const isMeta = graph.protocol === "https:" && graph.hostname === "graph.facebook.com";
  const isMetasFile = META_HOSTS.some((host) => url.hostname.endsWith(host));
  return isMeta && isMetasFile && url.protocol === "https:" && url.port === "";
}

/** From our uploads, ids can be used so long; a day is left for the message to leave. */
const KEPT_FOR_MS = 29 * DAY_MS;

async function uploadMedia(
  config: WhatsAppConfig,
  { bytes, mimeType, fileName }: MediaUpload,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<UploadAnswer> {
  const form = new FormData();
  form.set("messaging_product", "whatsapp");
  form.set("type", mimeType);
  form.set("file", new Blob([bytes], { type: mimeType }), fileName);
  const init = { method: "POST", body: form, signal };
  const answer = await callGraph(config, `${config.phoneNumberId}/media`, init, fetch);
  if (answer.type === "missing") return { type: "failed", message: "Graph knows no such number." };
  if (answer.type !== "ok") return answer;
  const stored = z.object({ id: z.string().regex(MEDIA_ID) }).safeParse(answer.json);
  if (!stored.success) return { type: "failed", message: "Graph's answer can't be read." };
  return { type: "stored", mediaId: stored.data.id, keptForMs: KEPT_FOR_MS };
}
