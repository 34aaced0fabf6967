import type { UploadedMedia } from "@punctual/contract";
import type { MediaUploadRow } from "../store/media-uploads.ts";
import { timestamp } from "./timestamp.ts";

export function presentUploadedMedia(row: MediaUploadRow): UploadedMedia {
  return {
    id: row.id,
    type: row.type,
    mimeType: row.mime_type,
    fileName: row.file_name,
    bytes: row.bytes,
    expiresAt: timestamp(row.expires_at),
  };
}
