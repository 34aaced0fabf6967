/** Sessions as components see them. */
import type { Session } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useEffect, useSyncExternalStore } from "react";
import { call, withQuery } from "../api/http.ts";
import type { SessionList, ViewQuery } from "./session-list.data.ts";
import { keyOf, type SessionStore } from "./session-store.ts";

export const SessionStoreContext = createContext<SessionStore | null>(null);

export function useSessionStore(): SessionStore {
  const store = useContext(SessionStoreContext);
  if (store === null) throw new Error("outside of the signed-in part of the app");
  return store;
}

/** A session that some list or thread has fetched; drawn anew when it changes. */
export function useSession(id: string): Session | undefined {
  const store = useSessionStore();
  return useSyncExternalStore(
    useCallback((listener) => store.subscribe(id, listener), [store, id]),
    () => store.session(id),
  );
}

export interface ShownList {
  readonly ids: SessionList["ids"];
  readonly isLoading: boolean;
  readonly error: Error | null;
  readonly hasMore: boolean;
  /** Fetches the next page, once. */
  readonly loadMore: () => void;
  readonly retry: () => void;
}

interface Page {
  readonly sessions: Session[];
  readonly nextCursor: string | null;
}

const PAGE = 50;
const EMPTY: SessionList["ids"] = [];

/** A view's sessions: fetched page by page, then kept in order by events. */
export function useSessionList(query: ViewQuery): ShownList {
  const store = useSessionStore();
  const key = keyOf(query);
  const list = useSyncExternalStore(
    // The key says all of the query.
    // biome-ignore lint/correctness/useExhaustiveDependencies: a new object of the same query is the same list
    useCallback((listener) => store.subscribe(query, listener), [store, key]),
    () => store.list(query),
  );
  const first = usePage(query, null, true);
  const cursor = list?.nextCursor ?? null;
  const more = usePage(query, cursor, false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a list that nobody looks at is not kept in order
  useEffect(() => () => store.forget(query), [store, key]);
  return {
    ids: list?.ids ?? EMPTY,
    isLoading: first.isPending || (list === undefined && first.isFetching),
    error: first.error ?? more.error,
    hasMore: cursor !== null,
    loadMore: () => {
      if (cursor !== null && !more.isFetching) void more.refetch();
    },
    retry: () => void (first.error === null ? more.refetch() : first.refetch()),
  };
}

/** Fetches into the store; the query's own cache holds nothing but whether it was done. */
function usePage(query: ViewQuery, cursor: string | null, enabled: boolean) {
  const store = useSessionStore();
  return useQuery({
    queryKey: ["sessions", keyOf(query), cursor],
    queryFn: async ({ signal }) => {
      const path = withQuery("/sessions", { ...query, cursor, limit: PAGE });
      const page = await call<Page>(`GET ${path}`, { signal });
      store.putPage(query, cursor, page);
      return true;
    },
    enabled,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
