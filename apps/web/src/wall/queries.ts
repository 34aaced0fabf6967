import type { Wall } from "@punctual/contract";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { call } from "../api/http.ts";
import { keys } from "../api/queries.ts";
import { useRealtime } from "../realtime/realtime.tsx";

/** The server keeps its figures for about as long. */
const AGAIN_MS = 1_200;
const MOVES_IT = /^(session|member|channel)\./;

/** The wall's figures, asked for again soon after an event that moves them. */
export function useWall() {
  const queries = useQueryClient();
  const { listen } = useRealtime();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const stop = listen(({ type }) => {
      if (!MOVES_IT.test(type)) return;
      timer ??= setTimeout(() => {
        timer = null;
        void queries.invalidateQueries({ queryKey: keys.wall });
      }, AGAIN_MS);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [listen, queries]);
  return useQuery({ queryKey: keys.wall, queryFn: () => call<Wall>("GET /wall") });
}
