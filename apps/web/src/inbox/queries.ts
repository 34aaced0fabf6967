import type { SavedView, SavedViewBody, SessionCounts } from "@punctual/contract";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { call } from "../api/http.ts";
import { keys } from "../api/queries.ts";
import { useRealtime } from "../realtime/realtime.tsx";

/** How many sessions each view holds. */
const countsQuery = queryOptions({
  queryKey: keys.counts,
  queryFn: () => call<SessionCounts>("GET /session-counts"),
  refetchInterval: 30_000,
});

/** The server keeps its count for as long; asking sooner gives the same. */
const COUNT_AGAIN_MS = 1_500;

/** The counts, made anew soon after events that may change them. */
export function useCounts(): SessionCounts | undefined {
  const queries = useQueryClient();
  const { listen } = useRealtime();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const again = () => {
      timer = null;
      void queries.invalidateQueries({ queryKey: keys.counts });
    };
    const stop = listen(({ type }) => {
      if (type.startsWith("session.")) timer ??= setTimeout(again, COUNT_AGAIN_MS);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [listen, queries]);
  return useQuery(countsQuery).data;
}

export const savedViewsQuery = queryOptions({
  queryKey: keys.savedViews,
  queryFn: async () => (await call<{ views: SavedView[] }>("GET /saved-views")).views,
  staleTime: Number.POSITIVE_INFINITY,
});

export function useSaveView() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: SavedViewBody) => call<SavedView>("POST /saved-views", { body }),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.savedViews }),
  });
}

export function useDeleteView() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call(`DELETE /saved-views/${id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.savedViews }),
  });
}
