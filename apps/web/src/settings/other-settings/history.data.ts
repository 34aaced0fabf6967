/** What each saved version changed. Pure. */
import type { ClockOverride, ClockSettings, ClockSettingsVersion } from "@punctual/contract";
import {
  type ClockFields,
  changesBetween,
  type FieldChange,
  fieldsOf,
} from "./clock-fields.data.ts";

export interface HistoryEntry {
  readonly version: number;
  readonly savedAt: string;
  readonly savedBy: string | null;
  readonly isFromNextMessage: boolean;
  readonly fields: ClockFields;
  readonly changes: readonly FieldChange[];
}

/**
 * @param versions newest first, as the server gives them
 * @param before what held before the first one
 * @param inherited what holds where a version has nothing of its own
 */
export function historyOf(
  versions: readonly ClockSettingsVersion[],
  before: ClockOverride,
  inherited: ClockSettings,
): readonly HistoryEntry[] {
  const fields = versions.map(({ settings }) => fieldsOf(overrideOf(settings), inherited));
  return versions.map((version, index) => {
    const own = fields[index] ?? fieldsOf(before, inherited);
    return {
      version: version.version,
      savedAt: version.savedAt,
      savedBy: version.savedBy,
      isFromNextMessage: version.applyTo === "nextMessage",
      fields: own,
      changes: changesBetween(fields[index + 1] ?? fieldsOf(before, inherited), own),
    };
  });
}

/** The server keeps what it checked as it was saved; parts that weren't there yet hold nothing. */
function overrideOf(settings: Readonly<Record<string, unknown>>): ClockOverride {
  const { closure = null, reassign = null, reply = null } = settings as Partial<ClockOverride>;
  return { closure, reassign, reply };
}
