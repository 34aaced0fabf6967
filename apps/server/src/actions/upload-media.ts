import type { ChannelMedia, UploadLimit } from "@punctual/channel-kit";
import { PunctualError, type UploadedMedia } from "@punctual/contract";
import { timeoutSignal } from "../platform/clock.ts";
import { newId } from "../platform/ids.ts";
import { insertMediaUpload } from "../store/media-uploads.ts";
import { readSessionChannel } from "../store/session-channel.ts";
import { presentUploadedMedia } from "../views/uploaded-media.ts";
import type { AnyChannel, Deps } from "./deps.ts";

const UPLOAD_TIMEOUT_MS = 60_000;

export interface MediaUploadRequest {
  readonly accountId: string;
  readonly sessionId: string;
  readonly memberId: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** As the sender says it: the type may have parameters. */
  readonly mimeType: string;
  readonly fileName: string | null;
}

/** How providers are reached. */
export interface Providers {
  readonly channelOf: (kind: string) => AnyChannel | undefined;
  readonly fetch: typeof globalThis.fetch;
}

/**
 * Gives the provider a file that a message of the session will name. It is kept nowhere else. Throws
 * `media_type_not_taken`, `media_too_large` and `media_unavailable`.
 */
export async function uploadMedia(
  deps: Pick<Deps, "db" | "logger">,
  { channelOf, fetch }: Providers,
  request: MediaUploadRequest,
): Promise<UploadedMedia> {
  const { accountId, sessionId, bytes, fileName } = request;
  const stored = await deps.db.readAs(accountId, (read) =>
    readSessionChannel(read, accountId, sessionId),
  );
  if (stored === null) throw new PunctualError("session_not_found");
  const channel = channelOf(stored.kind);
  const mimeType = request.mimeType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const { media, limit } = requireTaken(channel?.media, mimeType, bytes.length);
  const file = { bytes, mimeType, fileName: fileName ?? `file.${mimeType.split("/")[1]}` };
  const config = channel?.parseConfig(stored.config);
  const answer = await media.upload(config, file, fetch, timeoutSignal(UPLOAD_TIMEOUT_MS));
  if (answer.type === "refused") throw new PunctualError("media_type_not_taken", answer.message);
  if (answer.type === "failed") {
    deps.logger.warn({ sessionId, why: answer.message }, "a file could not be uploaded");
    throw new PunctualError("media_unavailable");
  }
  const row = await deps.db.transaction((tx) =>
    insertMediaUpload(tx, {
      ...{ accountId, id: newId(), sessionId, type: limit.type, mimeType, fileName },
      ...{ bytes: bytes.length, mediaId: answer.mediaId, keptForMs: answer.keptForMs },
      uploadedBy: request.memberId,
    }),
  );
  return presentUploadedMedia(row);
}

function requireTaken(
  media: ChannelMedia<unknown> | undefined,
  mimeType: string,
  bytes: number,
): { readonly media: ChannelMedia<unknown>; readonly limit: UploadLimit } {
  const limit = media?.uploads.get(mimeType);
  if (media === undefined || limit === undefined) {
    const types = [...(media?.uploads.keys() ?? [])].join(", ");
    throw new PunctualError("media_type_not_taken", `The channel takes ${types || "no files"}.`);
  }
  if (bytes === 0) throw new PunctualError("media_type_not_taken", "The file is empty.");
  if (bytes > limit.maxBytes) {
    const most = `${Math.floor(limit.maxBytes / 1024)} kB`;
    throw new PunctualError("media_too_large", `The channel takes ${mimeType} of up to ${most}.`);
  }
  return { media, limit };
}
