import type { SessionCounts } from "@punctual/contract";
import { queryOptions } from "@tanstack/react-query";
import { call } from "../api/http.ts";
import { keys } from "../api/queries.ts";

/** How many sessions each view holds; asked again when events may have changed it. */
export const countsQuery = queryOptions({
  queryKey: keys.counts,
  queryFn: () => call<SessionCounts>("GET /session-counts"),
  refetchInterval: 30_000,
});
