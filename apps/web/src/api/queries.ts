/**
 * What is fetched once and kept until an event says that it changed (`realtime/dispatch.ts`): the member,
 * colleagues, teams, tags. Sessions have a store of their own (`sessions/session-store.ts`).
 */
import type {
  Category,
  ClosingRequirements,
  Me,
  Member,
  MyChannel,
  QuickReply,
  Tag,
  Team,
} from "@punctual/contract";
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { call } from "./http.ts";

export type MeAnswer = z.infer<typeof Me>;

/** Everything that has an event is fresh until then. */
const UNTIL_AN_EVENT = { staleTime: Number.POSITIVE_INFINITY } as const;

/** Every key, in one place: what events name is thrown away by these. */
export const keys = {
  me: ["me"],
  members: ["members"],
  teams: ["teams"],
  tags: ["tags"],
  categories: ["categories"],
  counts: ["counts"],
  channels: ["channels"],
  clock: ["clock"],
  rules: ["assignment-rules"],
  businessHours: ["business-hours"],
  presenceSettings: ["presence-settings"],
  closingRequirements: ["closing-requirements"],
  quickReplies: ["quick-replies"],
  savedViews: ["saved-views"],
  notifications: ["notifications"],
  wall: ["wall"],
  session: (id: string) => ["session", id],
  messages: (sessionId: string) => ["session", sessionId, "messages"],
  timeline: (sessionId: string) => ["session", sessionId, "timeline"],
  contact: (id: string) => ["contact", id],
} as const;

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: () => call<MeAnswer>("GET /me"),
  ...UNTIL_AN_EVENT,
  retry: false,
});

export const membersQuery = queryOptions({
  queryKey: keys.members,
  queryFn: async () => (await call<{ members: Member[] }>("GET /members")).members,
  ...UNTIL_AN_EVENT,
});

export const teamsQuery = queryOptions({
  queryKey: keys.teams,
  queryFn: async () => (await call<{ teams: Team[] }>("GET /teams")).teams,
  ...UNTIL_AN_EVENT,
});

export const tagsQuery = queryOptions({
  queryKey: keys.tags,
  queryFn: async () => (await call<{ tags: Tag[] }>("GET /tags")).tags,
  ...UNTIL_AN_EVENT,
});

export const categoriesQuery = queryOptions({
  queryKey: keys.categories,
  queryFn: async () => (await call<{ categories: Category[] }>("GET /categories")).categories,
  ...UNTIL_AN_EVENT,
});

export const closingRequirementsQuery = queryOptions({
  queryKey: keys.closingRequirements,
  queryFn: () => call<ClosingRequirements>("GET /settings/closing"),
  ...UNTIL_AN_EVENT,
});

/** The channels that the member reaches, with what each allows to be written. */
export const myChannelsQuery = queryOptions({
  queryKey: [...keys.channels, "mine"],
  queryFn: async () => (await call<{ channels: MyChannel[] }>("GET /me/channels")).channels,
  ...UNTIL_AN_EVENT,
});

export const quickRepliesQuery = queryOptions({
  queryKey: keys.quickReplies,
  queryFn: async () =>
    (await call<{ quickReplies: QuickReply[] }>("GET /quick-replies")).quickReplies,
  ...UNTIL_AN_EVENT,
});
