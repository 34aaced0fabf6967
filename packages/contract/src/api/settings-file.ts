import { z } from "zod";
import { AssignmentRuleInput } from "../assignment-rule.ts";
import { BusinessHours } from "../business-hours.ts";
import { ClockOverride, ClockSettings } from "../clock-settings.ts";
import { Email } from "./common.ts";
import { PresenceSettings } from "./presence-settings.ts";

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

/** Everything an admin configures, in one document: the order of rules is their position. */
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
  })
  .meta({ id: "SettingsFile" });
export type SettingsFile = z.infer<typeof SettingsFile>;

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
});
export type SettingsImportResult = z.infer<typeof SettingsImportResult>;
