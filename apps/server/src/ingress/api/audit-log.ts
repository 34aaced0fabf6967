import { Readable } from "node:stream";
import { AuditLogExportQuery, AuditLogPage, AuditLogQuery } from "@punctual/contract";
import { z } from "zod";
import type { Deps } from "../../actions/deps.ts";
import { authorize } from "../../permissions/authorize.ts";
import { type AuditFilter, readAuditLog } from "../../store/audit-log.ts";
import { readMemberNames } from "../../store/members.ts";
import { presentAuditEntry } from "../../views/audit-entry.ts";
import { memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

const EXPORT_PAGE = 500;

export function registerAuditLog(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/audit-log",
    {
      schema: {
        operationId: "listAuditLog",
        summary: "Every change of settings, rules, members, tokens and channels, newest first",
        tags: ["Audit log"],
        querystring: AuditLogQuery,
        response: { 200: AuditLogPage, default: problems },
      },
    },
    async (request) => {
      const { accountId, ...member } = memberOf(request);
      authorize(member, "readAuditLog");
      const { cursor, limit, ...wanted } = request.query;
      const page = await readPage(deps, accountId, filterOf(wanted), { cursor, limit });
      return { entries: page.entries, nextCursor: page.next };
    },
  );

  app.get(
    "/audit-log/export",
    {
      schema: {
        operationId: "exportAuditLog",
        summary: "The same as JSON Lines: an entry on each line, all of them",
        tags: ["Audit log"],
        querystring: AuditLogExportQuery,
        response: {
          200: {
            description: "An entry on each line, newest first",
            content: { "application/x-ndjson": { schema: z.string() } },
          },
          default: problems,
        },
      },
    },
    async (request, reply) => {
      const { accountId, ...member } = memberOf(request);
      authorize(member, "readAuditLog");
      reply.header("content-disposition", 'attachment; filename="audit-log.jsonl"');
      const lines = Readable.from(exportLines(deps, accountId, filterOf(request.query)));
      return await reply.type("application/x-ndjson; charset=utf-8").send(lines as never);
    },
  );
}

function filterOf({ member, subject, act, from, until }: AuditLogExportQuery): AuditFilter {
  return {
    memberId: member,
    subjectId: subject,
    act,
    from: from === undefined ? undefined : Date.parse(from),
    until: until === undefined ? undefined : Date.parse(until),
  };
}

async function readPage(
  { db }: Deps,
  accountId: string,
  filter: AuditFilter,
  at: { readonly cursor?: string | undefined; readonly limit: number },
) {
  return await db.readAs(accountId, async (read) => {
    const page = await readAuditLog(read, accountId, filter, at);
    const names = await readMemberNames(read, accountId);
    return { entries: page.items.map((row) => presentAuditEntry(row, names)), next: page.next };
  });
}

/** Page by page, so that a log of years needs no more memory than one of a day. */
async function* exportLines(deps: Deps, accountId: string, filter: AuditFilter) {
  let cursor: string | undefined;
  do {
    const page = await readPage(deps, accountId, filter, { cursor, limit: EXPORT_PAGE });
    yield page.entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}
