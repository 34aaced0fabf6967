-- Everything Punctual remembers. Times are epoch milliseconds by the database's clock (docs/adr/0003).
-- Every key begins with the account; no foreign key crosses one. The constraints repeat the machine:
-- what `decide` promises, the schema refuses to break (architecture.md, rule 7).

create function now_ms() returns bigint
  language sql volatile parallel safe
  as $$ select floor(extract(epoch from clock_timestamp()) * 1000)::bigint $$;

create table accounts (
  id uuid primary key,
  name text not null check (name <> ''),
  -- What happens to waiting sessions of a member who goes offline (clock.md §8).
  when_offline text not null default 'keep' check (when_offline in ('keep', 'reassign')),
  created_at bigint not null
);

create table setup_links (
  token_hash bytea primary key,
  created_at bigint not null,
  used_at bigint
);

create table members (
  account_id uuid not null,
  id uuid not null,
  email text not null,
  name text not null check (name <> ''),
  role text not null check (role in ('agent', 'supervisor', 'admin')),
  active boolean not null default true,
  status text not null default 'offline' check (status in ('available', 'away', 'offline')),
  capacity integer check (capacity > 0),
  -- The login this member uses; null until one exists.
  auth_user_id text unique,
  created_at bigint not null,
  primary key (account_id, id)
);
create unique index members_email on members (lower(email));

create table api_tokens (
  account_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  name text not null,
  token_hash bytea not null unique,
  created_at bigint not null,
  revoked_at bigint,
  primary key (account_id, id)
);

-- A live socket of a member on some node. One without a heartbeat for 60 s does not count.
create table member_connections (
  account_id uuid not null,
  member_id uuid not null,
  id uuid not null,
  node_id uuid not null,
  seen_at bigint not null,
  primary key (account_id, member_id, id)
);
create index member_connections_node on member_connections (node_id);

create table channels (
  account_id uuid not null,
  id uuid not null unique,
  kind text not null,
  -- The business's address on the network; WhatsApp: the phone number id.
  address text not null,
  name text not null,
  config json not null,
  created_at bigint not null,
  -- Sending stopped because nothing would leave: a dead token, a locked account.
  stopped_at bigint,
  stopped_reason text,
  -- Sends wait until then: the provider said we are too fast.
  paused_until bigint,
  last_webhook_at bigint,
  check ((stopped_at is null) = (stopped_reason is null)),
  primary key (account_id, id),
  unique (kind, address)
);

create table contacts (
  account_id uuid not null,
  id uuid not null,
  name text,
  owner_member_id uuid,
  tags text[] not null default '{}',
  attributes json not null default '{}',
  blocked_at bigint,
  created_at bigint not null,
  primary key (account_id, id)
);

-- How a channel knows a contact. This row is also the lock that puts a contact's messages in order.
create table contact_identities (
  account_id uuid not null,
  channel_id uuid not null,
  contact_id uuid not null,
  user_id text,
  parent_user_id text,
  phone text,
  username text,
  -- Latest provider stamp of a customer message, never in the future: the window counts from it.
  last_customer_stamp bigint,
  -- Sends to this contact wait until then: the provider's pair limit.
  paused_until bigint,
  primary key (account_id, channel_id, contact_id)
);
create unique index contact_identities_user on contact_identities (account_id, channel_id, user_id)
  where user_id is not null;
create index contact_identities_phone on contact_identities (account_id, channel_id, phone)
  where phone is not null;

create table sessions (
  account_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  contact_id uuid not null,
  opened_at bigint not null,
  closed_at bigint,
  closed_kind text check (closed_kind in ('clock', 'member', 'blocked', 'merged')),
  closed_by uuid,
  closed_reason text,
  close_count integer not null default 0,
  -- The clock's closes are marked for a person to look at; a person's are reviewed by definition.
  needs_review boolean not null default false,
  customer_wrote boolean not null,
  last_customer_stamp bigint,
  last_wait_number integer not null,
  wait_number integer,
  wait_started_at bigint,
  wait_started_by uuid,
  wait_known_at bigint,
  wait_first_assigned_at bigint,
  wait_holders json not null default '[]',
  wait_tries integer not null default 0,
  wait_exhausted boolean not null default false,
  wait_waiting_for_agent boolean not null default false,
  wait_not_back_to json not null default '[]',
  wait_warned_for bigint,
  wait_overdue_since bigint,
  assignee_id uuid,
  assigned_at bigint,
  last_agent_message_id uuid,
  last_agent_message_by uuid,
  last_agent_message_at bigint,
  pending_sends integer not null default 0,
  no_reply_needed_at bigint,
  reopened_at bigint,
  woken_at bigint,
  snoozed_until bigint,
  last_echo_stamp bigint,
  held boolean not null default false,
  settings_account_version integer not null,
  settings_channel_version integer,
  armed_at bigint not null,
  -- Deadlines, derived by the machine and written in the same commit as the facts.
  wake_at bigint,
  close_at bigint,
  overdue_at bigint,
  warn_at bigint,
  reassign_at bigint,
  -- A session that could not be decided. It has no deadline until it is retried.
  parked_at bigint,
  park_error text,
  park_attempts integer not null default 0,
  park_retry_at bigint,
  next_due_at bigint generated always as (
    case when parked_at is not null then null
         when held then least(wake_at, overdue_at, warn_at)
         else least(wake_at, overdue_at, warn_at, close_at, reassign_at) end
  ) stored,
  -- What the rules ask of the contact's past, noted when the session opened.
  is_returning boolean not null default false,
  previous_agent_id uuid,
  last_message_at bigint not null,
  primary key (account_id, id),
  check ((closed_at is null) = (closed_kind is null)),
  check (closed_kind is distinct from 'member' or closed_by is not null),
  check ((assignee_id is null) = (assigned_at is null)),
  check ((wait_number is null) = (wait_started_at is null)),
  check ((wait_number is null) = (wait_started_by is null)),
  check ((wait_number is null) = (wait_known_at is null)),
  check (wait_number is null or wait_number <= last_wait_number),
  check ((last_agent_message_id is null) = (last_agent_message_at is null)),
  check (pending_sends >= 0),
  check (closed_at is null or (wait_number is null and snoozed_until is null)),
  check (closed_at is null or num_nonnulls(wake_at, close_at, overdue_at, warn_at, reassign_at) = 0),
  check (wait_number is null or close_at is null),
  check (wait_number is not null or num_nonnulls(overdue_at, warn_at, reassign_at) = 0),
  check (close_at is null or (pending_sends = 0 and snoozed_until is null)),
  check (wake_at is not distinct from snoozed_until),
  check ((parked_at is null) = (park_error is null))
) with (
  fillfactor = 85,
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 20000,
  autovacuum_vacuum_cost_delay = 0
);
-- The only timer index.
create index sessions_due on sessions (next_due_at) where next_due_at is not null;
create unique index sessions_one_open on sessions (account_id, channel_id, contact_id)
  where closed_at is null;
create index sessions_of_contact on sessions (account_id, channel_id, contact_id, opened_at);
create index sessions_open on sessions (account_id, id) where closed_at is null;
create index sessions_held_by on sessions (account_id, assignee_id)
  where closed_at is null and snoozed_until is null;
-- The line: unassigned sessions and those waiting for an agent, longest wait first (clock.md §8).
create index sessions_in_line on sessions (account_id, wait_started_at)
  where wait_number is not null and (assignee_id is null or wait_waiting_for_agent);
create index sessions_parked on sessions (park_retry_at) where parked_at is not null;
create index sessions_held on sessions (account_id, id) where held;

create table messages (
  account_id uuid not null,
  id uuid not null,
  -- Commit order within a session: written under the session's lock.
  seq bigint generated always as identity,
  session_id uuid not null,
  channel_id uuid not null,
  contact_id uuid not null,
  kind text not null check (kind in ('inbound', 'agent', 'automatic', 'note')),
  -- Typed by an agent in the provider's own app.
  is_echo boolean not null default false,
  author_id uuid,
  content json not null,
  external_id text,
  reply_to text,
  -- The provider's stamp as it came, and the time it counts as (clock.md §4.5).
  stamp bigint,
  at bigint not null,
  created_at bigint not null,
  wait_number integer,
  settled boolean not null default false,
  -- Kept only: written by a blocked contact.
  starts_nothing boolean not null default false,
  delivery text check (delivery in
    ('queued', 'sending', 'unknown', 'sent', 'delivered', 'read', 'failed', 'withdrawn')),
  -- When it left or was refused, and each further step as the provider stamped it.
  settled_at bigint,
  delivered_at bigint,
  read_at bigint,
  error_code text,
  error_message text,
  reaction text,
  edited_at bigint,
  deleted_at bigint,
  close_ordinal integer,
  raw json,
  primary key (account_id, id),
  check (kind <> 'inbound' or (external_id is not null and stamp is not null)),
  check ((delivery is null) = (kind in ('inbound', 'note'))),
  check (not is_echo or kind = 'agent')
);
create index messages_of_session on messages (account_id, session_id, seq);
-- Providers deliver at least once; the same external id is one message (clock.md §4.7).
create unique index messages_external on messages (account_id, channel_id, external_id)
  where external_id is not null;
-- One end-of-session message for one close (clock.md §9.2).
create unique index messages_one_end on messages (account_id, session_id, close_ordinal)
  where close_ordinal is not null;

-- What is still to be sent. A row lives until its outcome is recorded on the message.
create table outbox (
  account_id uuid not null,
  message_id uuid not null,
  seq bigint generated always as identity,
  session_id uuid not null,
  channel_id uuid not null,
  contact_id uuid not null,
  kind text not null check (kind in ('agent', 'end')),
  state text not null default 'queued' check (state in ('queued', 'sending')),
  attempts integer not null default 0,
  created_at bigint not null,
  next_attempt_at bigint not null,
  claimed_at bigint,
  claimed_by uuid,
  reported_late_at bigint,
  primary key (account_id, message_id),
  check ((state = 'sending') = (claimed_at is not null))
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
-- Claims go by channel: the backlog of one that is stopped costs the others nothing.
create index outbox_queued on outbox (account_id, channel_id, next_attempt_at)
  where state = 'queued';
create index outbox_sending on outbox (claimed_at) where state = 'sending';
create index outbox_of_contact on outbox (account_id, channel_id, contact_id, seq);
create index outbox_late on outbox (created_at) where reported_late_at is null;
create index outbox_of_session on outbox (account_id, session_id);

create table waits (
  account_id uuid not null,
  session_id uuid not null,
  number integer not null check (number > 0),
  started_at bigint not null,
  started_by uuid not null,
  known_at bigint not null,
  first_assigned_at bigint,
  holders json not null,
  tries integer not null,
  exhausted boolean not null,
  not_back_to json not null,
  warned_for bigint,
  overdue_since bigint,
  ended_at bigint not null,
  outcome text not null check (outcome in ('answered', 'dismissed', 'unanswered', 'merged')),
  answered_by uuid,
  primary key (account_id, session_id, number),
  check ((outcome = 'answered') = (answered_by is not null))
);

create table breaches (
  account_id uuid not null,
  session_id uuid not null,
  wait_number integer not null,
  due_at bigint not null,
  member_id uuid,
  recorded_at bigint not null,
  withdrawn_at bigint,
  withdrawn_reason text check (withdrawn_reason in ('echo', 'delivered', 'merged')),
  primary key (account_id, session_id, wait_number),
  check ((withdrawn_at is null) = (withdrawn_reason is null))
);

create table timeline (
  account_id uuid not null,
  session_id uuid not null,
  seq bigint generated always as identity,
  kind text not null,
  at bigint not null,
  wait_number integer not null,
  -- What the clock does has an ordinal, and can be done only once; what people do has none.
  ordinal bigint,
  explanation json not null,
  primary key (account_id, session_id, seq),
  unique (account_id, session_id, wait_number, kind, ordinal)
);

create table assignments (
  account_id uuid not null,
  session_id uuid not null,
  seq bigint generated always as identity,
  from_member_id uuid,
  to_member_id uuid,
  -- `rules`, `clock`, or the member's id.
  by text not null,
  at bigint not null,
  primary key (account_id, session_id, seq)
);

create table notifications (
  account_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  session_id uuid not null,
  kind text not null,
  wait_number integer not null,
  key text not null,
  reply_due_at bigint,
  created_at bigint not null,
  read_at bigint,
  withdrawn_at bigint,
  primary key (account_id, id),
  unique (account_id, session_id, member_id, key)
);
create index notifications_of_member on notifications (account_id, member_id, created_at);

create table assignment_rules (
  account_id uuid not null,
  id uuid not null,
  position integer not null,
  name text not null,
  enabled boolean not null,
  conditions json not null,
  target json not null,
  mode text not null check (mode in ('sequential', 'leastBusy', 'random')),
  previous_agent_first boolean not null,
  owner_first boolean not null,
  online_only boolean not null,
  capacity integer check (capacity > 0),
  pointer_member_id uuid,
  primary key (account_id, id)
);

-- Every save is a new immutable version. The scope is the account's id or a channel's.
create table clock_settings (
  account_id uuid not null,
  scope_id uuid not null,
  version integer not null check (version > 0),
  settings json not null,
  apply_to text not null check (apply_to in ('all', 'nextMessage')),
  saved_by uuid,
  saved_at bigint not null,
  -- The saving transaction: sessions opened by older ones are looked for once those have ended.
  xid xid8 not null default pg_current_xact_id(),
  -- Progress of *apply to all*: the last session that was brought up to date.
  applied_through uuid,
  applied_at bigint,
  primary key (account_id, scope_id, version)
);
create index clock_settings_to_apply on clock_settings (saved_at)
  where apply_to = 'all' and applied_at is null;

create table idempotency_keys (
  account_id uuid not null,
  member_id uuid not null,
  key text not null,
  request_hash bytea not null,
  status integer not null,
  response json not null,
  created_at bigint not null,
  primary key (account_id, member_id, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

-- The event log. Its cursor is a snapshot, because identity columns are not commit order
-- (targets.md, "Following the log"); the epoch changes when the database is restored elsewhere.
create table events (
  id bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  account_id uuid not null,
  type text not null,
  session_id uuid,
  member_id uuid,
  at bigint not null,
  payload json not null
);
create index events_by_xid on events (xid, id);
create index events_age on events (at);

create table event_epoch (epoch uuid not null, system_identifier text not null);

-- Nodes say that they live; a gap in all of them is an outage (clock.md §6).
create table nodes (
  id uuid primary key,
  started_at bigint not null,
  heartbeat_at bigint not null,
  roles text[] not null
);

create table outages (
  id bigint generated always as identity primary key,
  began_at bigint not null,
  detected_at bigint not null,
  last_late_webhook_at bigint,
  hold_ended_at bigint
);
create unique index outages_one_hold on outages ((true)) where hold_ended_at is null;

-- Rows of one business are never visible to another. Every query names the account; the API's reads
-- also run as a role for which PostgreSQL itself shows nothing else (architecture.md, rule 13).
do $$
begin
  create role punctual_tenant nologin;
exception when duplicate_object or unique_violation then null;
end $$;
do $$
declare t text;
begin
  foreach t in array array[
    'members',
    'api_tokens',
    'member_connections',
    'channels',
    'contacts',
    'contact_identities',
    'sessions',
    'messages',
    'outbox',
    'waits',
    'breaches',
    'timeline',
    'assignments',
    'notifications',
    'assignment_rules',
    'clock_settings',
    'idempotency_keys',
    'events'
  ] loop
    execute format('alter table %I enable row level security', t);
    execute format(
      'create policy own_account on %I to punctual_tenant
         using (account_id = current_setting(''punctual.account_id'', true)::uuid)', t);
    execute format('grant select on %I to punctual_tenant', t);
  end loop;
  alter table accounts enable row level security;
  create policy own_account on accounts to punctual_tenant
    using (id = current_setting('punctual.account_id', true)::uuid);
  grant select on accounts to punctual_tenant;
  execute format('grant punctual_tenant to %I', current_user);
end $$;

-- How far a message got, as a number that may only grow (channels.md A8).
create function delivery_rank(delivery text) returns integer
  language sql immutable parallel safe
  as $$ select array_position(
    array['queued', 'sending', 'unknown', 'sent', 'delivered', 'read'], delivery) $$;

-- Times and deliveries as clients see them, for what SQL itself tells over the event log.
create function iso_time(ms bigint) returns text
  language sql immutable parallel safe
  as $$ select to_char(timestamp 'epoch' + ms * interval '1 millisecond',
    'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;

create function delivery_json(m messages) returns json
  language sql stable parallel safe
  as $$ select json_build_object('state', m.delivery, 'settledAt', iso_time(m.settled_at),
    'deliveredAt', iso_time(m.delivered_at), 'readAt', iso_time(m.read_at), 'error',
    case when m.error_code is not null then
      json_build_object('code', m.error_code, 'message', m.error_message) end) $$;
