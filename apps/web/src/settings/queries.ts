/** What the settings' pages show, fetched once and kept until an event says that it changed. */
import type {
  AlertPreferences,
  ApiToken,
  AssignmentRule,
  BusinessHoursView,
  ChannelView,
  Login,
  PresenceSettings,
} from "@punctual/contract";
import { queryOptions } from "@tanstack/react-query";
import { call } from "../api/http.ts";
import { keys } from "../api/queries.ts";

const UNTIL_AN_EVENT = { staleTime: Number.POSITIVE_INFINITY } as const;

/** What has no event is asked for each time its page is opened. */
export const ownKeys = {
  logins: ["settings", "logins"],
  tokens: ["settings", "tokens"],
  preferences: ["settings", "preferences"],
  devices: ["settings", "devices"],
  auditLog: ["settings", "audit-log"],
} as const;

export const rulesQuery = queryOptions({
  queryKey: keys.rules,
  queryFn: async () =>
    (await call<{ assignmentRules: AssignmentRule[] }>("GET /assignment-rules")).assignmentRules,
  ...UNTIL_AN_EVENT,
});

export const businessHoursQuery = queryOptions({
  queryKey: keys.businessHours,
  queryFn: () => call<BusinessHoursView>("GET /business-hours"),
  staleTime: 0,
});

export const presenceQuery = queryOptions({
  queryKey: keys.presenceSettings,
  queryFn: () => call<PresenceSettings>("GET /presence-settings"),
  ...UNTIL_AN_EVENT,
});

export const channelsQuery = queryOptions({
  queryKey: [...keys.channels, "all"],
  queryFn: async () => (await call<{ channels: ChannelView[] }>("GET /channels")).channels,
  ...UNTIL_AN_EVENT,
});

export const loginsQuery = queryOptions({
  queryKey: ownKeys.logins,
  queryFn: async () => (await call<{ logins: Login[] }>("GET /logins")).logins,
  staleTime: 0,
});

export const tokensQuery = queryOptions({
  queryKey: ownKeys.tokens,
  queryFn: async () => (await call<{ tokens: ApiToken[] }>("GET /tokens")).tokens,
  staleTime: 0,
});

export const preferencesQuery = queryOptions({
  queryKey: ownKeys.preferences,
  queryFn: () =>
    call<{ preferences: AlertPreferences; isDefault: boolean }>("GET /me/notification-preferences"),
  staleTime: 0,
});
