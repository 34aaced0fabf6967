-- How members hear of what concerns them: the notifications of 0001 are the centre, and from here on
-- they also travel as Web Push and e-mail.

-- A browser that said where to send pushes. An endpoint belongs to whoever logged in there last.
create table push_subscriptions (
  account_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  endpoint text not null unique,
  -- The browser's public key and secret, with which payloads are encrypted (RFC 8291).
  p256dh text not null,
  auth text not null,
  -- How a member tells their devices apart.
  name text,
  created_at bigint not null,
  primary key (account_id, id)
);
create index push_subscriptions_of_member on push_subscriptions (account_id, member_id);

-- What a member chose. Without a row, the defaults of their role count.
create table notification_preferences (
  account_id uuid not null,
  member_id uuid not null,
  -- Kinds of notifications wanted by each medium.
  push text[] not null,
  email text[] not null,
  -- Quiet hours begin at `quiet_from` on these days (1: Monday), in the member's time zone.
  quiet_time_zone text,
  quiet_days integer[],
  quiet_from text,
  quiet_until text,
  saved_at bigint not null,
  primary key (account_id, member_id),
  check (num_nonnulls(quiet_time_zone, quiet_days, quiet_from, quiet_until) in (0, 4))
);

-- One way of a notification to one place: a browser, or a mailbox.
--
--   queued ──claim──▶ claimed ──▶ sent | failed
--     │  ▲               └─ refused for now ─▶ queued
--     │  └── quiet hours: due later
--     └──▶ skipped (the member sees it anyway) | withdrawn (it holds no longer)
--
-- `claimed` is committed before anything leaves and never goes back by itself: what a process that died
-- may have sent is not sent again (docs/adr/0021).
create table notification_deliveries (
  account_id uuid not null,
  notification_id uuid not null,
  medium text not null check (medium in ('push', 'email')),
  -- The push subscription, or for an e-mail the member.
  target_id uuid not null,
  -- `close`: takes a push back that may be on a screen.
  act text not null default 'show' check (act in ('show', 'close')),
  member_id uuid not null,
  state text not null default 'queued'
    check (state in ('queued', 'claimed', 'sent', 'failed', 'skipped', 'withdrawn')),
  attempts integer not null default 0,
  due_at bigint not null,
  claimed_at bigint,
  -- Why it was skipped or failed.
  reason text,
  primary key (account_id, notification_id, medium, target_id, act),
  check (state not in ('claimed', 'sent') or claimed_at is not null),
  check (act = 'show' or medium = 'push')
);
create index notification_deliveries_due on notification_deliveries (due_at) where state = 'queued';
create index notification_deliveries_of_target on notification_deliveries (account_id, target_id)
  where state = 'queued';

-- Whether the member looks at this tab: then no push is needed.
alter table member_connections add column visible boolean not null default false;

do $$
declare t text;
begin
  foreach t in array array[
    'push_subscriptions',
    'notification_preferences',
    'notification_deliveries'
  ] loop
    execute format('alter table %I enable row level security', t);
    execute format(
      'create policy own_account on %I to punctual_tenant
         using (account_id = current_setting(''punctual.account_id'', true)::uuid)', t);
    execute format('grant select on %I to punctual_tenant', t);
  end loop;
end $$;
