import { z } from "zod";
import {
  ApplyTo,
  ClockOverride,
  ClockSettings,
  ClosureSettings,
  ReassignSettings,
  ReplySettings,
} from "../clock-settings.ts";
import { Id, nextCursor, PageQuery, Timestamp } from "./common.ts";

/** Something that is allowed and may surprise (clock.md §2). */
export const SettingsHint = z.object({
  code: z.enum(["overdue_before_reassign", "end_message_outside_window"]),
  field: z.string(),
  message: z.string(),
});
export type SettingsHint = z.infer<typeof SettingsHint>;

const Saved = {
  /** 0: never saved. */
  version: z.int(),
  applyTo: ApplyTo.nullable(),
  savedAt: Timestamp.nullable(),
  savedBy: Id.nullable(),
};

export const ClockSettingsView = z
  .object({
    closure: ClosureSettings,
    reassign: ReassignSettings,
    reply: ReplySettings,
    ...Saved,
    hints: z.array(SettingsHint),
  })
  .meta({ id: "ClockSettings" });
export type ClockSettingsView = z.infer<typeof ClockSettingsView>;

export const ClockOverrideView = z
  .object({
    closure: ClosureSettings.nullable(),
    reassign: ReassignSettings.nullable(),
    reply: ReplySettings.nullable(),
    ...Saved,
    hints: z.array(SettingsHint),
  })
  .meta({ id: "ClockOverride" });
export type ClockOverrideView = z.infer<typeof ClockOverrideView>;

const Save = {
  applyTo: ApplyTo.default("all"),
  /** Refuses the save if the newest version is another one. */
  ifVersion: z.int().min(0).optional(),
};

export const SaveClockSettingsBody = ClockSettings.safeExtend(Save);
export const SaveClockOverrideBody = ClockOverride.safeExtend(Save);

/** Account settings, or with `channelId` an override of that channel. */
export const PreviewClockSettingsBody = ClockOverride.safeExtend({
  channelId: Id.nullable().default(null),
});

export const SettingsPreview = z
  .object({
    openSessions: z.int(),
    wouldClose: z.int(),
    wouldReassign: z.int(),
    wouldBecomeOverdue: z.int(),
    hints: z.array(SettingsHint),
  })
  .meta({ id: "SettingsPreview" });

export const ClockSettingsVersion = z.object({
  version: z.int(),
  applyTo: ApplyTo,
  savedAt: Timestamp,
  savedBy: Id.nullable(),
  settings: z.record(z.string(), z.unknown()),
});
export type ClockSettingsVersion = z.infer<typeof ClockSettingsVersion>;
export const ClockSettingsVersions = z.object({
  versions: z.array(ClockSettingsVersion),
  nextCursor,
});
export const ClockSettingsVersionsQuery = PageQuery.extend({ channelId: Id.optional() });
