import type { Tx } from "../platform/database.ts";
import { deleteOldEmails } from "./emails.ts";
import { deleteOldUploads } from "./media-uploads.ts";

const DAY_MS = 24 * 3_600_000;
const AT_MOST = 2_000;

/** Deletes a bounded number of rows that have served their time. */
export function sweepOldRows(tx: Tx): void {
  tx.write(
    `delete from idempotency_keys where ctid = any(array(
       select ctid from idempotency_keys where created_at < (select now_ms()) - $1 limit $2))`,
    [DAY_MS, AT_MOST],
  );
  tx.write(
    `delete from invitations where ctid = any(array(
       select ctid from invitations
       where purpose = 'passwordReset' and expires_at < (select now_ms()) - $1 limit $2))`,
    [DAY_MS, AT_MOST],
  );
  deleteOldEmails(tx, AT_MOST);
  deleteOldUploads(tx, AT_MOST);
}
