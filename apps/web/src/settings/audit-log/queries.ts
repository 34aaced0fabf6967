import type { AuditEntry } from "@punctual/contract";
import { infiniteQueryOptions } from "@tanstack/react-query";
import { call, withQuery } from "../../api/http.ts";
import { ownKeys } from "../queries.ts";
import type { AuditFilters } from "./audit-filters.data.ts";
import { auditQueryOf } from "./audit-log.data.ts";

interface Page {
  readonly entries: readonly AuditEntry[];
  readonly nextCursor: string | null;
}

/** Newest first. It has no event of its own, so it is asked for whenever its page is opened. */
export const auditLogQuery = (filters: AuditFilters) =>
  infiniteQueryOptions({
    queryKey: [...ownKeys.auditLog, filters],
    queryFn: ({ pageParam: cursor }) =>
      call<Page>(`GET ${withQuery("/audit-log", { ...auditQueryOf(filters), cursor })}`),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: 0,
  });

/** Where the same entries are downloaded, all of them. */
export function exportAddress(filters: AuditFilters): string {
  return withQuery("/api/v1/audit-log/export", auditQueryOf(filters));
}
