import type { ClockOverride, ClockSettings } from "@punctual/contract";
import type { SettingsVersions } from "./facts.ts";

/** Settings together with the versions they come from, so that every explanation can name them. */
export interface SettingsInForce extends ClockSettings {
  readonly versions: SettingsVersions;
}

/**
 * What a decision may choose from (clock.md §2). `current` is what the session uses now, saves with
 * *apply to all* included; `newest` also has those that wait for the next wait or agent message.
 */
export interface SettingsChoice {
  readonly current: SettingsInForce;
  readonly newest: SettingsInForce;
}

/** The account's settings with a channel's override laid over them. */
export function settingsInForce(
  account: ClockSettings,
  override: ClockOverride | null,
  versions: SettingsVersions,
): SettingsInForce {
  return {
    closure: override?.closure ?? account.closure,
    reassign: override?.reassign ?? account.reassign,
    reply: override?.reply ?? account.reply,
    versions,
  };
}

export function minutes(count: number): number {
  return count * 60_000;
}
