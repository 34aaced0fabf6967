import type { Queryable, Row, Tx } from "../platform/database.ts";
import type { SessionKey } from "./load-sessions.ts";

/** A save with *apply to all* that some open sessions don't follow yet. */
export interface SaveToApply {
  readonly accountId: string;
  readonly scopeId: string;
  readonly version: number;
  /** The last session of the pass under way; `null` before the first. */
  readonly appliedThrough: string | null;
  /** Whether a pass that begins now sees every session that was decided by the old settings. */
  readonly isLastPass: boolean;
}

interface SaveRow extends Row {
  readonly account_id: string;
  readonly scope_id: string;
  readonly version: number;
  readonly applied_through: string | null;
  readonly is_last_pass: boolean;
}

/**
 * Saves that are still to be applied, the oldest first. A transaction that read the settings before the
 * save was committed may open a session by the old ones afterwards, so one more pass must begin when
 * all of those have ended. `xid` is a transaction that certainly came later: the first pass, which sees
 * the save committed, notes its own.
 */
export async function readSavesToApply(read: Queryable): Promise<SaveToApply[]> {
  const rows = await read.query<SaveRow>(
    `select account_id, scope_id, version, applied_through,
       xid <= pg_snapshot_xmin(pg_current_snapshot()) as is_last_pass
     from clock_settings
     where apply_to = 'all' and applied_at is null order by saved_at limit 100`,
  );
  return rows.map((row) => ({
    accountId: row.account_id,
    scopeId: row.scope_id,
    version: row.version,
    appliedThrough: row.applied_through,
    isLastPass: row.applied_through === null && row.is_last_pass,
  }));
}

/** The next open sessions that still use an older version of this scope, in the order of their ids. */
export async function readSessionsToApply(
  read: Queryable,
  save: SaveToApply,
  limit: number,
): Promise<SessionKey[]> {
  const ofAccount = save.scopeId === save.accountId;
  const older = ofAccount
    ? "s.settings_account_version < $3 and s.account_id = $4"
    : "coalesce(s.settings_channel_version, 0) < $3 and s.channel_id = $4";
  const rows = await read.query<{ account_id: string; id: string }>(
    `select s.account_id, s.id from sessions s
     where s.account_id = $1 and s.id > $2 and s.closed_at is null and ${older}
     order by s.id limit $5`,
    [save.accountId, save.appliedThrough ?? NIL_ID, save.version, save.scopeId, limit],
  );
  return rows.map((row) => ({ accountId: row.account_id, id: row.id }));
}

const NIL_ID = "00000000-0000-0000-0000-000000000000";

/** Remembers how far the pass got, so that another node can go on from there. */
export function noteApplied(tx: Tx, save: SaveToApply, through: string): void {
  tx.write(
    `update clock_settings set applied_through = $4
     where account_id = $1 and scope_id = $2 and version = $3`,
    [save.accountId, save.scopeId, save.version, through],
  );
}

/** Ends the pass; the save is applied if nobody can have been missed, otherwise another one follows. */
export async function finishPass(tx: Tx, save: SaveToApply): Promise<"applied" | "again"> {
  await tx.query(
    `update clock_settings set applied_through = null,
       xid = least(xid, pg_current_xact_id()),
       applied_at = case when $4 then now_ms() end
     where account_id = $1 and scope_id = $2 and version = $3`,
    [save.accountId, save.scopeId, save.version, save.isLastPass],
  );
  return save.isLastPass ? "applied" : "again";
}

/** Whom a save would touch now, of the account's (or one channel's) open sessions. */
export async function readOpenSessionsAfter(
  read: Queryable,
  scope: { accountId: string; channelId: string | null; after: string | null },
  limit: number,
): Promise<Row[]> {
  return await read.query(
    `select s.* from sessions s
     where s.account_id = $1 and s.id > $2 and s.closed_at is null
       and ($3::uuid is null or s.channel_id = $3)
     order by s.id limit $4`,
    [scope.accountId, scope.after ?? NIL_ID, scope.channelId, limit],
  );
}
