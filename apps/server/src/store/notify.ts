import { NOTIFICATION_TEXTS, type NotificationKind } from "@punctual/contract";
import type { Tx } from "../platform/database.ts";
import { eventType } from "./account-events.ts";
import { QUEUE_DELIVERIES, SILENCE_DELIVERIES } from "./notification-deliveries.ts";
import { RowSet, writeRows } from "./unnest.ts";

export interface NotificationWrite {
  readonly accountId: string;
  readonly sessionId: string;
  /** `null`: every active supervisor and admin. */
  readonly to: string | null;
  readonly kind: NotificationKind;
  readonly wait: number;
  readonly key: string;
  readonly replyDueAt: number | null;
}

/** Tells members, in the same commit. */
export function notify(tx: Tx, notifications: readonly NotificationWrite[]): void {
  writeRows(tx, notifications, NOTIFICATIONS, NOTIFICATIONS_SQL);
}

/** By kind, as the notification centre shows them. */
const TEXTS = `'${JSON.stringify(NOTIFICATION_TEXTS).replaceAll("'", "''")}'::jsonb`;
const CONTACT_NAME = `(select c.name from sessions s
  join contacts c on c.account_id = s.account_id and c.id = s.contact_id
  where s.account_id = told.account_id and s.id = told.session_id)`;

/** What stands already is not told again; the rest goes out. */
export const TELL_TOLD = `on conflict (account_id, session_id, member_id, key) where withdrawn_at is null do nothing
    returning *
  ), ${QUEUE_DELIVERIES}
  insert into events (account_id, type, session_id, member_id, at, payload)
  select account_id, ${eventType("notification.created")}, session_id, member_id, created_at,
    json_build_object('id', id, 'sessionId', session_id, 'kind', kind, 'waitNumber', wait_number,
      'title', ${TEXTS} -> kind ->> 'title', 'sentence', ${TEXTS} -> kind ->> 'sentence',
      'contactName', ${CONTACT_NAME}, 'replyDueAt', iso_time(reply_due_at),
      'createdAt', iso_time(created_at), 'readAt', null, 'withdrawnAt', null) from told`;

const NOTIFICATIONS = new RowSet<NotificationWrite>([
  { name: "account_id", type: "uuid", of: (row) => row.accountId },
  { name: "session_id", type: "uuid", of: (row) => row.sessionId },
  { name: "to_member", type: "uuid", of: (row) => row.to },
  { name: "kind", type: "text", of: (row) => row.kind },
  { name: "wait_number", type: "integer", of: (row) => row.wait },
  { name: "key", type: "text", of: (row) => row.key },
  { name: "reply_due_at", type: "bigint", of: (row) => row.replyDueAt },
]);
/**
 * One stands per key and recipient, whatever happens (clock.md §9.2): only what was taken back, and holds
 * again, is told again. Told over the event log as well, and on its
 * way to browsers and mailboxes.
 */
const NOTIFICATIONS_SQL = `with told as (
    insert into notifications (account_id, id, member_id, session_id, kind, wait_number, key,
      reply_due_at, created_at)
    select u.account_id, gen_random_uuid(), m.id, u.session_id, u.kind, u.wait_number, u.key,
      u.reply_due_at, now_ms()
    from ${NOTIFICATIONS.unnest} as u(${NOTIFICATIONS.names})
    join members m on m.account_id = u.account_id and m.active
      and (m.id = u.to_member or (u.to_member is null and m.role in ('supervisor', 'admin')))
    ${TELL_TOLD}`;

/**
 * Takes back what was told under this key, except to those whom it still concerns. Told over the event
 * log as well.
 */
export function withdrawByKey(
  tx: Tx,
  of: { readonly accountId: string; readonly sessionId: string },
  key: string,
  except: readonly string[],
): void {
  tx.write(
    `with gone as (
       update notifications set withdrawn_at = now_ms()
       where account_id = $1 and session_id = $2 and key = $3 and withdrawn_at is null
         and member_id <> all($4::uuid[])
       returning account_id, id, session_id, member_id
     ), ${TELL_GONE}`,
    [of.accountId, of.sessionId, key, except],
  );
}

/** What is in `gone` is silenced everywhere. */
export const TELL_GONE = `${SILENCE_DELIVERIES}
  insert into events (account_id, type, session_id, member_id, at, payload)
  select account_id, ${eventType("notification.withdrawn")}, session_id, member_id, now_ms(),
    json_build_object('id', id) from gone`;

/** Notifications that hold no longer. */
export interface NotificationsWithdrawn {
  readonly accountId: string;
  readonly sessionId: string;
  /** `null`: of whichever wait. */
  readonly wait: number | null;
  /** `null`: whatever they were told under. */
  readonly key: string | null;
  readonly kind: NotificationKind;
}

/** Takes back what holds no longer, wherever it is, in the same commit. */
export function withdrawNotifications(tx: Tx, withdrawn: readonly NotificationsWithdrawn[]): void {
  writeRows(tx, withdrawn, NO_LONGER, NO_LONGER_SQL);
}

const NO_LONGER = new RowSet<NotificationsWithdrawn>([
  { name: "account_id", type: "uuid", of: (row) => row.accountId },
  { name: "session_id", type: "uuid", of: (row) => row.sessionId },
  { name: "wait_number", type: "integer", of: (row) => row.wait },
  { name: "kind", type: "text", of: (row) => row.kind },
  { name: "key", type: "text", of: (row) => row.key },
]);
const NO_LONGER_SQL = `with gone as (
    update notifications t set withdrawn_at = now_ms()
    from ${NO_LONGER.unnest} as u(${NO_LONGER.names})
    where t.account_id = u.account_id and t.session_id = u.session_id
      and t.kind = u.kind and t.withdrawn_at is null
      and t.wait_number = coalesce(u.wait_number, t.wait_number)
      and t.key = coalesce(u.key, t.key)
    returning t.account_id, t.id, t.session_id, t.member_id
  ), ${TELL_GONE}`;
