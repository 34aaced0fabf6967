-- What the API's doors need: logins, invitations, and the orders in which sessions are listed.

-- Tables of better-auth, which it creates itself at start. Its `session` is not ours.
create schema auth;

-- Secrets that all nodes share and nobody types in, such as the one that signs login cookies.
create table server_secrets (
  name text primary key,
  value text not null,
  created_at bigint not null
);

-- A member's one-time way to a login.
create table invitations (
  account_id uuid not null,
  token_hash bytea primary key,
  member_id uuid not null,
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint
);
create index invitations_of_member on invitations (account_id, member_id);
alter table invitations enable row level security;

-- Lists of open sessions. A missing deadline or wait comes last; 9007199254740991 is the largest
-- whole number JavaScript keeps exactly, so that cursors can carry it. "Newest" needs no index of its
-- own: ids grow with time.
create index sessions_by_deadline on sessions
  (account_id, coalesce(next_due_at, 9007199254740991), id) where closed_at is null;
create index sessions_by_wait on sessions
  (account_id, coalesce(wait_started_at, 9007199254740991), id) where closed_at is null;

-- A member's sessions are listed with the snoozed ones and counted without them.
drop index sessions_held_by;
create index sessions_held_by on sessions (account_id, assignee_id) include (snoozed_until)
  where closed_at is null;

-- Few sessions are overdue, and supervisors look at them all day.
create index sessions_overdue on sessions (account_id, id) where wait_overdue_since is not null;
