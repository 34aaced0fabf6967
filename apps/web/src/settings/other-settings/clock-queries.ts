import type {
  ApplyTo,
  ClockOverride,
  ClockOverrideView,
  ClockSettingsVersion,
  ClockSettingsView,
  SettingsPreview,
} from "@punctual/contract";
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { call, withQuery } from "../../api/http.ts";
import { keys } from "../../api/queries.ts";

const UNTIL_AN_EVENT = { staleTime: Number.POSITIVE_INFINITY } as const;

export const clockQuery = queryOptions({
  queryKey: [...keys.clock, "all"],
  queryFn: () => call<ClockSettingsView>("GET /settings/clock"),
  ...UNTIL_AN_EVENT,
});

export const overrideQuery = (channelId: string) =>
  queryOptions({
    queryKey: [...keys.clock, channelId],
    queryFn: () => call<ClockOverrideView>(`GET /channels/${channelId}/settings/clock`),
    ...UNTIL_AN_EVENT,
  });

export const versionsQuery = (channelId: string | null) =>
  queryOptions({
    queryKey: [...keys.clock, "versions", channelId],
    queryFn: async () => {
      const path = withQuery("/settings/clock/versions", { channelId });
      return (await call<{ versions: ClockSettingsVersion[] }>(`GET ${path}`)).versions;
    },
    ...UNTIL_AN_EVENT,
  });

export type Preview = z.infer<typeof SettingsPreview>;

export const previewClock = (channelId: string | null, settings: ClockOverride) =>
  call<Preview>("POST /settings/clock/preview", { body: { ...settings, channelId } });

/** Saves as a new version, unless somebody else did since `ifVersion`: `settings_conflict`. */
export function saveClock(
  channelId: string | null,
  settings: ClockOverride,
  how: { readonly applyTo: ApplyTo; readonly ifVersion: number },
) {
  const path = channelId === null ? "/settings/clock" : `/channels/${channelId}/settings/clock`;
  return call<{ version: number }>(`PUT ${path}`, { body: { ...settings, ...how } });
}
