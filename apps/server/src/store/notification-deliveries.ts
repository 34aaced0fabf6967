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
 * what may be on a screen is closed there. Each row is updated, also where nothing changes, so that we
 * wait for a claim under way and see what it made of the row.
 */
export const SILENCE_DELIVERIES = `silenced as (
    update notification_deliveries d
    set state = case d.state when 'queued' then 'withdrawn' else d.state end
    from gone
    where d.account_id = gone.account_id and d.notification_id = gone.id
      and d.act = 'show' and d.state in ('queued', 'claimed', 'sent')
    returning d.account_id, d.notification_id, d.medium, d.target_id, d.member_id, d.state
  ), closing as (
    insert into notification_deliveries
      (account_id, notification_id, medium, target_id, act, member_id, due_at)
    select account_id, notification_id, 'push', target_id, 'close', member_id, now_ms()
    from silenced where medium = 'push' and state in ('claimed', 'sent')
    on conflict do nothing
  ), unsent as (
    update emails e set withdrawn_at = now_ms(), next_attempt_at = null, body = null
    from silenced s
    where s.medium = 'email' and s.state = 'sent' and e.account_id = s.account_id
      and e.dedupe_key = 'alert:' || s.notification_id and e.next_attempt_at is not null
  )`;
