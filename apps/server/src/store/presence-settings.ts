import type { PresenceSettings } from "@punctual/contract";
import type { Queryable, Row, Tx } from "../platform/database.ts";

interface SettingsRow extends Row {
  readonly when_offline: PresenceSettings["whenOffline"];
  readonly auto_away_minutes: number | null;
}

const SETTINGS_SQL = "select when_offline, auto_away_minutes from accounts where id = $1";

export async function readPresenceSettings(
  read: Queryable,
  accountId: string,
): Promise<PresenceSettings> {
  const [row] = await read.query<SettingsRow>(SETTINGS_SQL, [accountId]);
  return parse(row);
}

/** Saves of one account's settings wait for one another until the commit. */
export async function lockPresenceSettings(tx: Tx, accountId: string): Promise<PresenceSettings> {
  const [row] = await tx.query<SettingsRow>(`${SETTINGS_SQL} for no key update`, [accountId]);
  return parse(row);
}

export function writePresenceSettings(
  tx: Tx,
  accountId: string,
  { whenOffline, autoAwayMinutes }: PresenceSettings,
): void {
  tx.write("update accounts set when_offline = $2, auto_away_minutes = $3 where id = $1", [
    accountId,
    whenOffline,
    autoAwayMinutes,
  ]);
}

function parse(row: SettingsRow | undefined): PresenceSettings {
  if (row === undefined) throw new Error("there is no such account");
  return { whenOffline: row.when_offline, autoAwayMinutes: row.auto_away_minutes };
}
