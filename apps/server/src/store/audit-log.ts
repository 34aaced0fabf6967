import type { AuditAct } from "@punctual/contract";
import type { Queryable, Tx } from "../platform/database.ts";
import { type Page, pageOf, readCursor } from "./page.ts";
import { build, runQuery } from "./query-builder.ts";
import type { AuditLogTable } from "./schema.ts";

/** Who changes something, and from where. */
export interface Author {
  /** `null`: nobody known; see `via`. */
  readonly memberId: string | null;
  readonly via: "login" | "token" | "link" | "commandLine";
  /** `null`: on the server itself. */
  readonly ip: string | null;
}

/** A change of a business, with who makes it. */
export interface Authored {
  readonly accountId: string;
  readonly by: Author;
}

/** Whoever may run commands on the server. */
export const COMMAND_LINE: Author = { memberId: null, via: "commandLine", ip: null };

export interface AuditWrite extends Authored {
  readonly act: AuditAct;
  /** What was changed; `null`: the business itself. */
  readonly subjectId: string | null;
  /** As an admin sees it, without secrets. `null`: there was none, or is none any more. */
  readonly before: unknown;
  readonly after: unknown;
}

/** Notes a change, in the transaction that makes it. */
export function writeAudit(tx: Tx, { by, ...entry }: AuditWrite): void {
  tx.write(
    `insert into audit_log (account_id, at, member_id, via, ip, act, subject_id, before, after)
     values ($1, now_ms(), $2, $3, $4, $5, $6, $7::json, $8::json)`,
    [
      entry.accountId,
      by.memberId,
      by.via,
      by.ip,
      entry.act,
      entry.subjectId,
      jsonOrNull(entry.before),
      jsonOrNull(entry.after),
    ],
  );
}

function jsonOrNull(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

export interface AuditFilter {
  readonly memberId?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly act?: AuditAct | undefined;
  /** Epoch ms. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

const SCOPE = "audit-log";

/** One page of the log, newest first. Throws `cursor_invalid`. */
export async function readAuditLog(
  read: Queryable,
  accountId: string,
  filter: AuditFilter,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<AuditLogTable>> {
  const after = readCursor(SCOPE, page.cursor);
  let query = build
    .selectFrom("audit_log as a")
    .selectAll("a")
    .where("a.account_id", "=", accountId);
  if (after !== null) query = query.where("a.id", "<", after.value);
  if (filter.memberId !== undefined) query = query.where("a.member_id", "=", filter.memberId);
  if (filter.subjectId !== undefined) query = query.where("a.subject_id", "=", filter.subjectId);
  if (filter.act !== undefined) query = query.where("a.act", "=", filter.act);
  if (filter.from !== undefined) query = query.where("a.at", ">=", filter.from);
  if (filter.until !== undefined) query = query.where("a.at", "<", filter.until);
  const rows = await runQuery(read, query.orderBy("a.id", "desc").limit(page.limit + 1));
  return pageOf(rows, page.limit, SCOPE, (row) => ({ value: row.id, id: row.account_id }));
}
