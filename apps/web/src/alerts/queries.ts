import type { Notification } from "@punctual/contract";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../api/http.ts";
import { keys } from "../api/queries.ts";

interface Page {
  readonly notifications: Notification[];
  readonly nextCursor: string | null;
  readonly unread: number;
}

export const notificationsQuery = queryOptions({
  queryKey: keys.notifications,
  queryFn: () => call<Page>("GET /notifications?limit=50"),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Marks one as read, or with `throughId` all up to the one that was seen last. */
export function useMarkRead() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (what: { readonly id: string } | { readonly throughId: string }) =>
      "id" in what
        ? call(`POST /notifications/${what.id}/read`)
        : call("POST /notifications/read", { body: what }),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.notifications }),
  });
}
