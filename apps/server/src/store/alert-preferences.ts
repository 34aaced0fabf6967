import type { NotificationKind, QuietHours } from "@punctual/contract";
import type { Queryable, Row, Tx } from "../platform/database.ts";
import type { Reader } from "./mark-notifications.ts";

/** What a member chose: kinds by medium, and quiet hours. */
export interface StoredAlertPreferences {
  readonly push: readonly NotificationKind[];
  readonly email: readonly NotificationKind[];
  readonly quietHours: QuietHours | null;
}

/** Quiet hours as columns: all of them, or none. */
export interface QuietColumns {
  readonly quiet_time_zone: string | null;
  readonly quiet_days: readonly number[] | null;
  readonly quiet_from: string | null;
  readonly quiet_until: string | null;
}

interface PreferencesRow extends Row, QuietColumns {
  readonly push: NotificationKind[];
  readonly email: NotificationKind[];
}

/** `null`: they never chose, so the defaults of their role count. */
export async function readAlertPreferences(
  read: Queryable,
  { accountId, memberId }: Reader,
): Promise<StoredAlertPreferences | null> {
  const [row] = await read.query<PreferencesRow>(
    `select push, email, quiet_time_zone, quiet_days, quiet_from, quiet_until
     from notification_preferences where account_id = $1 and member_id = $2`,
    [accountId, memberId],
  );
  if (row === undefined) return null;
  return { push: row.push, email: row.email, quietHours: quietHoursOf(row) };
}

export function quietHoursOf(row: QuietColumns): QuietHours | null {
  const { quiet_time_zone: timeZone, quiet_days: days, quiet_from: from, quiet_until: until } = row;
  if (timeZone === null || days === null || from === null || until === null) return null;
  return { timeZone, days: [...days], from, until };
}

/**
 * Writes what a member chose. It counts for what is on its way too: what they no longer want is dropped,
 * and what waits for the end of other quiet hours is looked at anew.
 */
export function writeAlertPreferences(
  tx: Tx,
  { accountId, memberId }: Reader,
  { push, email, quietHours }: StoredAlertPreferences,
): void {
  const { timeZone = null, days = null, from = null, until = null } = quietHours ?? {};
  tx.write(
    `insert into notification_preferences (account_id, member_id, push, email, quiet_time_zone,
       quiet_days, quiet_from, quiet_until, saved_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, now_ms())
     on conflict (account_id, member_id) do update set (push, email, quiet_time_zone, quiet_days,
         quiet_from, quiet_until, saved_at) =
       (excluded.push, excluded.email, excluded.quiet_time_zone, excluded.quiet_days,
         excluded.quiet_from, excluded.quiet_until, excluded.saved_at)`,
    [accountId, memberId, push, email, timeZone, days, from, until],
  );
  tx.write(ON_ITS_WAY_SQL, [accountId, memberId, push, email]);
}

/** What somebody claims or withdraws at this moment is on its way already. */
const ON_ITS_WAY_SQL = `with waiting as (
    select account_id, notification_id, medium, target_id from notification_deliveries
    where account_id = $1 and state = 'queued' and act = 'show'
      and target_id in (
        select $2::uuid union all
        select id from push_subscriptions where account_id = $1 and member_id = $2)
    for update skip locked
  )
  update notification_deliveries d set
    state = case when n.kind = any (case d.medium when 'push' then $3::text[] else $4::text[] end)
      then 'queued' else 'withdrawn' end,
    due_at = case when d.attempts = 0 and d.reason is not null then now_ms() else d.due_at end
  from waiting w
  join notifications n on n.account_id = w.account_id and n.id = w.notification_id
  where d.account_id = w.account_id and d.notification_id = w.notification_id
    and d.medium = w.medium and d.target_id = w.target_id and d.act = 'show'`;
