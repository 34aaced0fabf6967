/**
 * The ways of notifications to browsers and mailboxes; their states are drawn in the migration. They are
 * written by the very statement that writes the notification, and taken back by the one that withdraws
 * it (docs/adr/0021).
 */
import { type AlertMedium, DEFAULT_ALERTS } from "@punctual/contract";

/** A reload, or a lift, is no absence: whoever is back within it needs no e-mail. */
const EMAIL_DELAY_MS = 30_000;

/**
 * A common table expression that queues what goes out of the notifications in `told`. It costs look-ups
 * by key, and rows only for members who have a browser subscribed or want e-mails of the kind.
 */
export const QUEUE_DELIVERIES = `queued as (
    insert into notification_deliveries
      (account_id, notification_id, medium, target_id, member_id, due_at)
    select t.account_id, t.id, 'push', s.id, t.member_id, t.created_at
    from told t
    join push_subscriptions s on s.account_id = t.account_id and s.member_id = t.member_id
    join members m on m.account_id = t.account_id and m.id = t.member_id
    left join notification_preferences p
      on p.account_id = t.account_id and p.member_id = t.member_id
    where ${wants("push")}
    union all
    select t.account_id, t.id, 'email', t.member_id, t.member_id, t.created_at + ${EMAIL_DELAY_MS}
    from told t
    join members m on m.account_id = t.account_id and m.id = t.member_id
    left join notification_preferences p
      on p.account_id = t.account_id and p.member_id = t.member_id
    where ${wants("email")}
  )`;

function wants(medium: AlertMedium): string {
  const byDefault = Object.entries(DEFAULT_ALERTS).flatMap(([role, kinds]) =>
    kinds[medium].map((kind) => `'${role} ${kind}'`),
  );
  return `case when p.member_id is null
      then (m.role || ' ' || t.kind) in (${byDefault.join(", ")})
      else t.kind = any (p.${medium}) end`;
}

/**
 * Common table expressions that silence the notifications in `gone`: what has not left stays here, and
 * what may be on a screen is closed there. A claim that commits meanwhile is noticed: then the row was
 * queued in our snapshot, and yet not ours to drop.
 */
export const SILENCE_DELIVERIES = `dropped as (
    update notification_deliveries d set state = 'withdrawn' from gone
    where d.account_id = gone.account_id and d.notification_id = gone.id
      and d.act = 'show' and d.state = 'queued'
    returning d.account_id, d.notification_id, d.medium, d.target_id
  ), closing as (
    insert into notification_deliveries
      (account_id, notification_id, medium, target_id, act, member_id, due_at)
    select d.account_id, d.notification_id, 'push', d.target_id, 'close', d.member_id, now_ms()
    from gone
    join notification_deliveries d on d.account_id = gone.account_id and d.notification_id = gone.id
    where d.medium = 'push' and d.act = 'show' and d.state in ('queued', 'claimed', 'sent')
      and not exists (
        select 1 from dropped
        where dropped.account_id = d.account_id and dropped.notification_id = d.notification_id
          and dropped.medium = d.medium and dropped.target_id = d.target_id)
    on conflict do nothing
  ), unsent as (
    update emails e set withdrawn_at = now_ms(), next_attempt_at = null, body = null
    from gone join notification_deliveries d
      on d.account_id = gone.account_id and d.notification_id = gone.id and d.medium = 'email'
    where d.state = 'sent' and e.account_id = gone.account_id
      and e.dedupe_key = 'alert:' || gone.id and e.next_attempt_at is not null
  )`;
