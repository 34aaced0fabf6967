import { z } from "zod";
import { AssignmentRuleInput } from "../assignment-rule.ts";
import { BusinessHours } from "../business-hours.ts";
import { ClockOverride, ClockSettings } from "../clock-settings.ts";
import { Email } from "./common.ts";
import { PresenceSettings } from "./presence-settings.ts";
import { CategoryBody, ClosingRequirements, MAX_TAGS, TagBody } from "./tag.ts";
import { CreateTeamBody, MAX_TEAM_MEMBERS, MAX_TEAMS } from "./team.ts";

/** How a file names a channel: by its network and address, since ids differ between installations. */
const ChannelRef = z.strictObject({ kind: z.string().min(1), address: z.string().min(1) });
export type ChannelRef = z.infer<typeof ChannelRef>;

const FileRule = AssignmentRuleInput.omit({
  conditions: true,
  target: true,
  position: true,
}).extend({
  conditions: AssignmentRuleInput.shape.conditions
    .unwrap()
    .omit({ channels: true })
    .extend({ channels: z.array(ChannelRef).max(100).optional() })
    .default({}),
  /** Members by e-mail, a team by its name. */
  target: z.union(
    [
      z.strictObject({ members: z.array(Email).min(1).max(1000) }),
      z.strictObject({ team: z.string().min(1).max(200) }),
      z.strictObject({ everyone: z.literal(true) }),
    ],
    'Say who gets the sessions: {"members": [e-mails]}, {"team": name} or {"everyone": true}.',
  ),
});
export type FileRule = z.infer<typeof FileRule>;

const Channels = z.array(ChannelRef).min(1).max(1000).nullable();

const FileTeam = z.strictObject({
  name: CreateTeamBody.shape.name,
  /** By e-mail, in the order of their turns. */
  members: z.array(Email).max(MAX_TEAM_MEMBERS).default([]),
  /** `null`: the team sets no limit. */
  channels: Channels.default(null),
});

/**
 * What another installation can take over of an admin's work, in one document: neither people nor
 * credentials. The order of rules is their position.
 */
export const SettingsFile = z
  .strictObject({
    format: z.literal("punctual-settings/1"),
    clock: ClockSettings,
    channels: z
      .array(ChannelRef.extend({ clock: ClockOverride.nullable() }))
      .max(1000)
      .default([]),
    assignmentRules: z.array(FileRule).max(1000).default([]),
    /** `null`: always open. A file without them leaves them as they are; so with what follows. */
    businessHours: BusinessHours.nullable().optional(),
    presence: PresenceSettings.optional(),
    /** Added and changed by their names; those that the file doesn't name stay. So with what follows. */
    teams: z.array(FileTeam).max(MAX_TEAMS).optional(),
    /** Members limited to channels; `null`: no limit of their own. */
    memberChannels: z
      .array(z.strictObject({ member: Email, channels: Channels }))
      .max(10_000)
      .optional(),
    tags: z.array(TagBody).max(MAX_TAGS).optional(),
    categories: z.array(CategoryBody.shape.name).max(MAX_TAGS).optional(),
    closingRequirements: ClosingRequirements.optional(),
  })
  .meta({ id: "SettingsFile" });
export type SettingsFile = z.infer<typeof SettingsFile>;

const ByName = z.object({
  created: z.array(z.string()),
  updated: z.array(z.string()),
  unchanged: z.array(z.string()),
});

/** What an import changed. Unchanged parts get no new version. */
export const SettingsImportResult = z.object({
  clock: z.object({ changed: z.boolean(), version: z.int() }),
  channels: z.array(ChannelRef.extend({ changed: z.boolean(), version: z.int() })),
  assignmentRules: z.object({
    created: z.array(z.string()),
    updated: z.array(z.string()),
    removed: z.array(z.string()),
    unchanged: z.array(z.string()),
  }),
  businessHours: z.object({ changed: z.boolean() }),
  presence: z.object({ changed: z.boolean() }),
  teams: ByName,
  /** E-mails of those whose limit is another one now. */
  memberChannels: z.object({ changed: z.array(z.string()) }),
  tags: ByName,
  categories: ByName,
  closingRequirements: z.object({ changed: z.boolean() }),
});
export type SettingsImportResult = z.infer<typeof SettingsImportResult>;
