/** Every act on a session, newest first, kept true by events. */
import type { TimelineEntry } from "@punctual/contract";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { call, withQuery } from "../api/http.ts";
import { keys } from "../api/queries.ts";
import { useLanguage } from "../i18n/language.ts";
import { useRealtime } from "../realtime/realtime.tsx";

const PAGE = 50;

interface Page {
  readonly entries: readonly TimelineEntry[];
  readonly nextCursor: string | null;
}

export function useTimeline(sessionId: string) {
  const queries = useQueryClient();
  // The sentences are the server's, which has them in both languages.
  const language = useLanguage();
  const { listen } = useRealtime();
  const query = useInfiniteQuery({
    queryKey: [...keys.timeline(sessionId), language],
    queryFn: ({ pageParam: cursor }) => {
      const path = withQuery(`/sessions/${sessionId}/timeline`, {
        limit: PAGE,
        cursor,
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      });
      return call<Page>(`GET ${path}`);
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    // While it isn't shown, nobody hears its events.
    staleTime: 0,
  });
  useEffect(
    () =>
      listen((event) => {
        if (event.sessionId !== sessionId || !tellsActs(event)) return;
        void queries.invalidateQueries({ queryKey: keys.timeline(sessionId) });
      }),
    [listen, queries, sessionId],
  );
  const entries = useMemo(
    () => query.data?.pages.flatMap((page) => page.entries) ?? [],
    [query.data],
  );
  return { ...query, entries };
}

function tellsActs(event: { readonly payload: object }): boolean {
  return (
    "acts" in event.payload && Array.isArray(event.payload.acts) && event.payload.acts.length > 0
  );
}
