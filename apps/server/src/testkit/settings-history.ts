import { ClockOverride, ClockSettings } from "@punctual/contract";
import { type SettingsInForce, type SettingsVersions, settingsInForce } from "@punctual/session";
import type { Queryable } from "../platform/database.ts";

/** The settings that a channel's sessions have, or had, by their versions. */
export type SettingsOf = (
  of: { readonly accountId: string; readonly channelId: string },
  versions: SettingsVersions,
) => SettingsInForce;

/** Reads every version that was ever saved. What it gives throws for a version that was not. */
export async function readSettingsHistory(db: Queryable): Promise<SettingsOf> {
  const rows = await db.query<{ scope_id: string; version: number; settings: unknown }>(
    "select scope_id, version, settings from clock_settings",
  );
  const saved = new Map(rows.map((row) => [`${row.scope_id} ${row.version}`, row.settings]));
  const known = new Map<string, SettingsInForce>();
  return ({ accountId, channelId }, versions) => {
    const keys = [`${accountId} ${versions.account}`, `${channelId} ${versions.channel}`] as const;
    const found = known.get(keys.join());
    if (found !== undefined) return found;
    const override = saved.get(keys[1]);
    const settings = settingsInForce(
      ClockSettings.parse(saved.get(keys[0])),
      override === undefined ? null : ClockOverride.parse(override),
      versions,
    );
    known.set(keys.join(), settings);
    return settings;
  };
}
