import type { ClockSettingsVersion, ClockSettingsView } from "@punctual/contract";
import type { SettingsVersion } from "../store/read-clock-settings.ts";
import { timestamp } from "./timestamp.ts";

/** Who saved settings when; `null`: nobody yet, the defaults are in force. */
export function presentSaved(
  saved: SettingsVersion | null,
): Pick<ClockSettingsView, "version" | "applyTo" | "savedAt" | "savedBy"> {
  if (saved === null) return { version: 0, applyTo: null, savedAt: null, savedBy: null };
  const { version, applyTo, savedAt, savedBy } = saved;
  return { version, applyTo, savedAt: timestamp(savedAt), savedBy };
}

export function presentSettingsVersion(saved: SettingsVersion): ClockSettingsVersion {
  const { version, applyTo, savedAt, savedBy, settings } = saved;
  return { version, applyTo, savedAt: timestamp(savedAt), savedBy, settings: { ...settings } };
}
