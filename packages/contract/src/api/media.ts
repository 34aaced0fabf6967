import { z } from "zod";
import { Id, QueryFlag, SessionParams, Timestamp } from "./common.ts";

/** Largest file that can be uploaded, in bytes; a channel may take less of some types. */
export const MAX_UPLOAD_BYTES = 16 * 1024 * 1024;

export const MediaParams = SessionParams.extend({ messageId: Id });

export const MediaQuery = z.strictObject({
  download: QueryFlag.optional().describe("Save it rather than show it"),
});

export const UploadQuery = z.strictObject({
  fileName: z.string().trim().min(1).max(240).optional(),
});

/** A file that lies at the provider, ready to be sent in the session it was uploaded for. */
export const UploadedMedia = z
  .object({
    id: Id,
    /** What a message with it will be. */
    type: z.enum(["image", "video", "audio", "document", "sticker"]),
    mimeType: z.string(),
    fileName: z.string().nullable(),
    bytes: z.int(),
    expiresAt: Timestamp,
  })
  .meta({ id: "UploadedMedia" });
export type UploadedMedia = z.infer<typeof UploadedMedia>;
