import type { ApplyTo, ClockOverride, ClockSettings } from "@punctual/contract";
import type { Queryable, Row } from "../platform/database.ts";

/** One saved version of the clock's settings: an account's, or a channel's override. */
export interface SettingsVersion {
  readonly version: number;
  readonly settings: ClockSettings | ClockOverride;
  readonly applyTo: ApplyTo;
  /** Epoch ms. */
  readonly savedAt: number;
  readonly savedBy: string | null;
}

interface VersionRow extends Row {
  readonly version: number;
  readonly settings: ClockSettings | ClockOverride;
  readonly apply_to: ApplyTo;
  readonly saved_at: number;
  readonly saved_by: string | null;
}

/** The newest version of the account's settings, or of a channel's override; `null`: never saved. */
export async function readClockSettings(
  read: Queryable,
  accountId: string,
  channelId: string | null,
): Promise<SettingsVersion | null> {
  const [newest] = await readVersions(read, accountId, channelId, 1);
  return newest ?? null;
}

/** Saved versions, newest first, at most 200. */
export async function listClockSettingsVersions(
  read: Queryable,
  accountId: string,
  channelId: string | null,
): Promise<readonly SettingsVersion[]> {
  return await readVersions(read, accountId, channelId, 200);
}

/** The newest override of each channel that ever had one. */
export async function readOverrides(
  read: Queryable,
  accountId: string,
): Promise<{ readonly channelId: string; readonly settings: unknown }[]> {
  return await read.query<{ channelId: string; settings: unknown }>(
    `select distinct on (scope_id) scope_id as "channelId", settings from clock_settings
     where account_id = $1 and scope_id <> $1 order by scope_id, version desc`,
    [accountId],
  );
}

async function readVersions(
  read: Queryable,
  accountId: string,
  channelId: string | null,
  limit: number,
): Promise<SettingsVersion[]> {
  const rows = await read.query<VersionRow>(
    `select version, settings, apply_to, saved_at, saved_by from clock_settings
     where account_id = $1 and scope_id = $2 order by version desc limit $3`,
    [accountId, channelId ?? accountId, limit],
  );
  return rows.map((row) => ({
    version: row.version,
    settings: row.settings,
    applyTo: row.apply_to,
    savedAt: row.saved_at,
    savedBy: row.saved_by,
  }));
}
