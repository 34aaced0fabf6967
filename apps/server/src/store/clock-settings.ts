import type { ClockOverride, ClockSettings } from "@punctual/contract";
import type { Queryable, Tx } from "../platform/database.ts";

/** The newest version of a scope, and the newest that reaches sessions already open. */
export interface SettingsHead {
  readonly scopeId: string;
  readonly newest: number;
  /** 0: none of its versions was saved with *apply to all*. */
  readonly newestForAll: number;
}

/** Newest versions of scopes: accounts' ids and channels' ids. */
export async function readSettingsHeads(
  read: Queryable,
  scopes: readonly { accountId: string; scopeId: string }[],
): Promise<SettingsHead[]> {
  const rows = await read.query<{ scope_id: string; newest: number; newest_for_all: number }>(
    `select k.scope_id, h.newest, h.newest_for_all
     from unnest($1::uuid[], $2::uuid[]) as k(account_id, scope_id)
     cross join lateral (
       select max(version) as newest,
         coalesce(max(version) filter (where apply_to = 'all'), 0) as newest_for_all
       from clock_settings c where c.account_id = k.account_id and c.scope_id = k.scope_id
     ) h where h.newest is not null`,
    [scopes.map((scope) => scope.accountId), scopes.map((scope) => scope.scopeId)],
  );
  return rows.map((row) => ({
    scopeId: row.scope_id,
    newest: row.newest,
    newestForAll: row.newest_for_all,
  }));
}

/** How often the settings of an account and its channels were saved: another number, other settings. */
export async function countSettingsSaves(read: Queryable, accountId: string): Promise<number> {
  const [row] = await read.query<{ count: number }>(
    "select count(*)::int as count from clock_settings where account_id = $1",
    [accountId],
  );
  return row?.count ?? 0;
}

/** One immutable version; it exists whenever a session or a head names it. */
export async function readSettingsVersion(
  read: Queryable,
  accountId: string,
  scopeId: string,
  version: number,
): Promise<ClockSettings | ClockOverride> {
  const [row] = await read.query<{ settings: ClockSettings | ClockOverride }>(
    "select settings from clock_settings where account_id = $1 and scope_id = $2 and version = $3",
    [accountId, scopeId, version],
  );
  if (row === undefined) throw new Error(`clock settings ${scopeId} have no version ${version}`);
  return row.settings;
}

export interface SettingsSave {
  readonly accountId: string;
  readonly scopeId: string;
  readonly settings: ClockSettings | ClockOverride;
  readonly applyTo: "all" | "nextMessage";
  readonly savedBy: string | null;
}

/** The largest transaction id: which ones came after the commit is noted by whoever sees it committed. */
const NOT_KNOWN_YET = "'18446744073709551615'::xid8";

/** Writes the next version of a scope and gives its number. The caller holds the account's lock. */
export async function insertSettingsVersion(tx: Tx, save: SettingsSave): Promise<number> {
  const [row] = await tx.query<{ version: number }>(
    `insert into clock_settings
       (account_id, scope_id, version, settings, apply_to, saved_by, saved_at, applied_at, xid)
     select $1, $2, coalesce(max(version), 0) + 1, $3::json, $4, $5, now_ms(),
       case when $4 = 'all' then null else now_ms() end, ${NOT_KNOWN_YET}
     from clock_settings where account_id = $1 and scope_id = $2
     returning version`,
    [save.accountId, save.scopeId, JSON.stringify(save.settings), save.applyTo, save.savedBy],
  );
  if (row === undefined) throw new Error("the insert gave no version");
  return row.version;
}
