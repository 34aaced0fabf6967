import type { AuditEntry } from "@punctual/contract";
import type { AuditLogTable } from "../store/schema.ts";
import { timestamp } from "./timestamp.ts";

/** A row → an entry of the audit log, with the name of whoever changed something as it is now. */
export function presentAuditEntry(
  row: AuditLogTable,
  names: ReadonlyMap<string, string>,
): AuditEntry {
  return {
    id: String(row.id),
    changedAt: timestamp(row.at),
    memberId: row.member_id,
    memberName: row.member_id === null ? null : (names.get(row.member_id) ?? null),
    via: row.via,
    ip: row.ip,
    act: row.act,
    subjectId: row.subject_id,
    before: row.before,
    after: row.after,
  };
}
