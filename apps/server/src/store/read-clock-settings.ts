import type { ApplyTo, ClockOverride, ClockSettings } from "@punctual/contract";
import type { Queryable, Row } from "../platform/database.ts";
import { type Page, pageOf, readCursor } from "./page.ts";

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
  const [newest] = await readVersions(read, { accountId, channelId }, null, 1);
  return newest ?? null;
}

/** One page of the saved versions, newest first. Throws `cursor_invalid`. */
export async function listClockSettingsVersions(
  read: Queryable,
  scope: SettingsScope,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<SettingsVersion>> {
  const after = readCursor(VERSIONS, page.cursor);
  const rows = await readVersions(read, scope, after?.value ?? null, page.limit + 1);
  const id = scope.channelId ?? scope.accountId;
  return pageOf(rows, page.limit, VERSIONS, ({ version }) => ({ value: version, id }));
}

const VERSIONS = "clock-settings-versions";

/** The business's own settings, or (`channelId`) a channel's override. */
interface SettingsScope {
  readonly accountId: string;
  readonly channelId: string | null;
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
  { accountId, channelId }: SettingsScope,
  before: number | null,
  limit: number,
): Promise<SettingsVersion[]> {
  const rows = await read.query<VersionRow>(
    `select version, settings, apply_to, saved_at, saved_by from clock_settings
     where account_id = $1 and scope_id = $2 and ($4::int is null or version < $4)
     order by version desc limit $3`,
    [accountId, channelId ?? accountId, limit, before],
  );
  return rows.map((row) => ({
    version: row.version,
    settings: row.settings,
    applyTo: row.apply_to,
    savedAt: row.saved_at,
    savedBy: row.saved_by,
  }));
}
