import type { UploadedMedia } from "@punctual/contract";
import type { Queryable, Row, Tx } from "../platform/database.ts";

export interface MediaUploadRow extends Row {
  readonly id: string;
  readonly type: UploadedMedia["type"];
  readonly mime_type: string;
  readonly file_name: string | null;
  readonly bytes: number;
  readonly media_id: string;
  readonly expires_at: number;
}

export interface NewMediaUpload {
  readonly accountId: string;
  readonly id: string;
  readonly sessionId: string;
  readonly type: UploadedMedia["type"];
  readonly mimeType: string;
  readonly fileName: string | null;
  readonly bytes: number;
  readonly mediaId: string;
  readonly uploadedBy: string;
  /** How long the provider keeps it. */
  readonly keptForMs: number;
}

const COLUMNS = "id, type, mime_type, file_name, bytes, media_id, expires_at";

/** Remembers a file that lies at the provider. */
export async function insertMediaUpload(tx: Tx, upload: NewMediaUpload): Promise<MediaUploadRow> {
  const [row] = await tx.query<MediaUploadRow>(
    `insert into media_uploads (account_id, id, session_id, type, mime_type, file_name, bytes,
       media_id, uploaded_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, now_ms(), now_ms() + $10::bigint)
     returning ${COLUMNS}`,
    [
      ...[upload.accountId, upload.id, upload.sessionId, upload.type, upload.mimeType],
      ...[upload.fileName, upload.bytes, upload.mediaId, upload.uploadedBy, upload.keptForMs],
    ],
  );
  if (row === undefined) throw new Error("an upload was not written");
  return row;
}

/** A file uploaded for this session; `null`: there is none of that id, or it is gone by now. */
export async function readMediaUpload(
  read: Queryable,
  { accountId, sessionId }: { readonly accountId: string; readonly sessionId: string },
  uploadId: string,
): Promise<MediaUploadRow | null> {
  const [row] = await read.query<MediaUploadRow>(
    `select ${COLUMNS} from media_uploads
     where account_id = $1 and session_id = $2 and id = $3 and expires_at > now_ms()`,
    [accountId, sessionId, uploadId],
  );
  return row ?? null;
}

/** Forgets a bounded number of files that the provider keeps no longer. */
export function deleteOldUploads(tx: Tx, limit: number): void {
  tx.write(
    `delete from media_uploads where ctid = any(array(
       select ctid from media_uploads where expires_at < (select now_ms()) limit $1))`,
    [limit],
  );
}
