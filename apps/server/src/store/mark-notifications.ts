import type { Queryable, Tx } from "../platform/database.ts";
import { eventType } from "./account-events.ts";
import { SILENCE_DELIVERIES } from "./notification-deliveries.ts";

/** Whose notifications: nobody marks another's. */
export interface Reader {
  readonly accountId: string;
  readonly memberId: string;
}

/**
 * Marks one notification as read, and tells the member's other devices. Gives whether there is such a
 * notification of theirs, read before or not.
 */
export async function markRead(tx: Tx, reader: Reader, id: string): Promise<boolean> {
  const { accountId, memberId } = reader;
  const rows = await tx.query(ONE_SQL, [accountId, memberId, id]);
  return rows.length > 0;
}

/** A notification's place in the order in which they are listed. */
export interface NotificationPlace {
  readonly createdAt: number;
  readonly id: string;
}

/** Where one of the member's notifications stands, or (no id) the end; `null`: there is none such. */
export async function readPlace(
  read: Queryable,
  { accountId, memberId }: Reader,
  id: string | undefined,
): Promise<NotificationPlace | null> {
  if (id === undefined) return { createdAt: Number.MAX_SAFE_INTEGER, id: LAST_ID };
  const [row] = await read.query<{ createdAt: number; id: string }>(
    `select created_at as "createdAt", id from notifications
     where account_id = $1 and member_id = $2 and id = $3`,
    [accountId, memberId, id],
  );
  return row ?? null;
}

const LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/**
 * Marks a bounded number of a member's unread notifications up to this place, oldest first. Gives how
 * many.
 */
export async function markSomeRead(
  tx: Tx,
  { accountId, memberId }: Reader,
  through: NotificationPlace,
  limit: number,
): Promise<number> {
  const params = [accountId, memberId, limit, through.createdAt, through.id];
  return (await tx.query(SOME_SQL, params)).length;
}

/** The rows in `picked` are marked; what was is silent from now on, and gone from every device. */
export const MARK_PICKED = `gone as (
    update notifications t set read_at = now_ms() from picked
    where t.account_id = $1 and t.id = picked.id and t.read_at is null
    returning t.account_id, t.id
  ), ${SILENCE_DELIVERIES}, told as (
    insert into events (account_id, type, session_id, member_id, at, payload)
    select $1, ${eventType("notification.read")}, null, $2, now_ms(), json_build_object('ids', json_agg(id))
    from gone having count(*) > 0
  )
  select id from picked`;

const ONE_SQL = `with picked as (
    select id from notifications
    where account_id = $1 and member_id = $2 and id = $3 for update
  ), ${MARK_PICKED}`;

/** What somebody withdraws at this moment needs no mark. */
const SOME_SQL = `with picked as (
    select id from notifications
    where account_id = $1 and member_id = $2 and read_at is null and withdrawn_at is null
      and (created_at, id) <= ($4::bigint, $5::uuid)
    order by created_at, id limit $3 for update skip locked
  ), ${MARK_PICKED}`;

const KEPT_MS = 30 * 24 * 3_600_000;

/**
 * Deletes notifications older than 30 days with their deliveries, whoever's they are, as many as one
 * statement can well delete at once. Gives how many.
 */
export async function deleteOldNotifications(tx: Tx, limit = 5_000): Promise<number> {
  const rows = await tx.query(DELETE_OLD_SQL, [KEPT_MS, limit]);
  return rows.length;
}

/** Goes by the index of each member: one over all ages would cost every new notification a write. */
const DELETE_OLD_SQL = `with old as materialized (
    select n.account_id, n.id from members m
    cross join lateral (
      select account_id, id from notifications
      where account_id = m.account_id and member_id = m.id
        and created_at < (select now_ms()) - $1::bigint
      order by created_at limit $2
    ) n limit $2
  ), deliveries as (
    delete from notification_deliveries d using old
    where d.account_id = old.account_id and d.notification_id = old.id
  )
  delete from notifications n using old
  where n.account_id = old.account_id and n.id = old.id returning n.id`;
