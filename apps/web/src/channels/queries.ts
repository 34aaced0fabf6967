import type { ChannelView } from "@punctual/contract";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../api/http.ts";
import { keys } from "../api/queries.ts";

/** All channels with their webhooks' state: for those who may read them. */
export const channelsQuery = queryOptions({
  queryKey: keys.channels,
  queryFn: async () => (await call<{ channels: ChannelView[] }>("GET /channels")).channels,
});

export interface NewChannel {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
}

export function useCreateChannel() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewChannel) => call<ChannelView>("POST /channels", { body }),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.channels }),
  });
}
