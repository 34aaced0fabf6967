/** Threads as components see them. */
import type { SessionDetail } from "@punctual/contract";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { call } from "../api/http.ts";
import { keys } from "../api/queries.ts";
import { useRealtime } from "../realtime/realtime.tsx";
import type { Outgoing } from "./outgoing.data.ts";
import type { Thread } from "./thread.data.ts";
import { useThreads } from "./threads-context.ts";

/** A session's messages: loaded when shown, then kept true by events. */
export function useThread(sessionId: string): Thread {
  const { store } = useThreads();
  return useSyncExternalStore(
    useCallback((listener) => store.show(sessionId, listener), [store, sessionId]),
    () => store.thread(sessionId),
  );
}

export function useOutgoing(sessionId: string): readonly Outgoing[] {
  const { outgoing } = useThreads();
  return useSyncExternalStore(
    useCallback((listener) => outgoing.subscribe(listener), [outgoing]),
    () => outgoing.of(sessionId),
  );
}

/** What the list doesn't have of a session: who helps, the messaging window, what the member may do. */
export function sessionDetailQuery(sessionId: string) {
  return queryOptions({
    queryKey: keys.session(sessionId),
    queryFn: () => call<SessionDetail>(`GET /sessions/${sessionId}`),
    // While it isn't shown, nobody hears its events.
    staleTime: 0,
  });
}

/** The same, asked again after each event that may have changed it. */
export function useSessionDetail(sessionId: string) {
  const queries = useQueryClient();
  const { listen } = useRealtime();
  useEffect(
    () =>
      listen((event) => {
        if (event.sessionId !== sessionId || event.type !== "session.changed") return;
        void queries.invalidateQueries({ queryKey: keys.session(sessionId), exact: true });
      }),
    [listen, queries, sessionId],
  );
  return useQuery(sessionDetailQuery(sessionId));
}
