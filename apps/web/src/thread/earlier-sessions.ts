/** The contact's earlier sessions on the same channel, to be read above the one that is shown. */
import type { Session } from "@punctual/contract";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useReducer, useState } from "react";
import { call, withQuery } from "../api/http.ts";
import type { EarlierSession } from "./rows.data.ts";
import { useThreads } from "./threads-context.ts";

const PAGE = 20;

export interface EarlierSessions {
  /** Newest first. */
  readonly sessions: readonly EarlierSession[];
  /** The contact's latest one, when that isn't the one that is shown. */
  readonly newestId: string | null;
  readonly hasMore: boolean;
  readonly loadMore: () => void;
  /** Unfolds one, or folds it. */
  readonly toggle: (sessionId: string) => void;
}

interface Page {
  readonly sessions: readonly Session[];
  readonly nextCursor: string | null;
}

export function useEarlierSessions(session: Session | undefined): EarlierSessions {
  const { store } = useThreads();
  const [unfolded, setUnfolded] = useState<readonly string[]>([]);
  const [version, redraw] = useReducer((count: number) => count + 1, 0);
  const { contactId = "", channelId = "", id = "" } = session ?? {};
  const { data, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["contact", contactId, "sessions", channelId],
    queryFn: ({ pageParam: cursor }) => {
      const query = { channel: channelId, limit: PAGE, cursor };
      return call<Page>(`GET ${withQuery(`/contacts/${contactId}/sessions`, query)}`);
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    enabled: session !== undefined,
  });
  useEffect(() => {
    const stops = unfolded.map((sessionId) => store.show(sessionId, redraw));
    return () => {
      for (const stop of stops) stop();
    };
  }, [store, unfolded]);
  const all = useMemo(() => data?.pages.flatMap(({ sessions }) => sessions) ?? [], [data]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says that a thread changed
  const sessions = useMemo(
    () =>
      all
        // Ids grow with the time of opening.
        .filter((each) => each.id < id)
        .map((each) => ({
          session: each,
          thread: unfolded.includes(each.id) ? store.thread(each.id) : null,
        })),
    [all, id, store, unfolded, version],
  );
  return {
    sessions,
    newestId: all[0] === undefined || all[0].id <= id ? null : all[0].id,
    hasMore: hasNextPage,
    loadMore: () => void fetchNextPage(),
    toggle: (sessionId) =>
      setUnfolded((open) =>
        open.includes(sessionId) ? open.filter((each) => each !== sessionId) : [...open, sessionId],
      ),
  };
}
