-- Work on a session and on a contact: who helps and who watches, what was read, tags and categories, why
-- a contact is blocked, and what a person must leave behind to close.

-- A supporter reads and writes in the session, a follower watches it.
create table session_people (
  account_id uuid not null,
  session_id uuid not null,
  member_id uuid not null,
  role text not null check (role in ('supporter', 'follower')),
  added_by uuid not null,
  added_at bigint not null,
  primary key (account_id, session_id, member_id)
);
create index session_people_of_member on session_people (account_id, member_id, session_id);

-- How far a member has read. No message writes here: whether something is unread is worked out from the
-- session's messages when it is shown. `marked`: unread because its reader said so.
create table session_reads (
  account_id uuid not null,
  member_id uuid not null,
  session_id uuid not null,
  read_through bigint not null,
  marked boolean not null,
  read_at bigint not null,
  primary key (account_id, member_id, session_id)
);

-- The catalogue of tags. Contacts carry names, because the conditions of rules do; a new name is written
-- everywhere in one commit.
create table tags (
  account_id uuid not null,
  id uuid not null,
  name text not null check (name <> ''),
  colour text not null,
  created_at bigint not null,
  primary key (account_id, id)
);
create unique index tags_name on tags (account_id, lower(name));

-- Not a column of `sessions`: that row is written with nearly every message.
create table session_tags (
  account_id uuid not null,
  session_id uuid not null,
  tag_id uuid not null,
  added_by uuid not null,
  added_at bigint not null,
  primary key (account_id, session_id, tag_id)
);
create index session_tags_of_tag on session_tags (account_id, tag_id, session_id);
create index contacts_tagged on contacts (account_id, id) where tags <> '{}';

-- What a closed session was about. One that is no longer offered stays with the sessions that have it.
create table categories (
  account_id uuid not null,
  id uuid not null,
  name text not null check (name <> ''),
  created_at bigint not null,
  archived_at bigint,
  primary key (account_id, id)
);
create unique index categories_name on categories (account_id, lower(name))
  where archived_at is null;
alter table sessions add column category_id uuid;
create index sessions_of_category on sessions (account_id, category_id, id)
  where category_id is not null;

-- Closed by the clock and not looked at by a person yet.
create index sessions_to_review on sessions (account_id, id) where needs_review;

alter table contacts
  add column blocked_by uuid,
  add column blocked_reason text,
  -- Who named the contact; null: they are called as they call themselves.
  add column named_by uuid,
  add constraint contacts_blocked_by check ((blocked_reason is null) = (blocked_by is null)),
  add constraint contacts_blocked_at check (blocked_reason is null or blocked_at is not null);

-- What a person must leave behind to close a session; the clock needs nothing (clock.md §5).
alter table accounts
  add column close_needs_tag boolean not null default false,
  add column close_needs_note boolean not null default false,
  add column close_needs_category boolean not null default false;

do $$
declare t text;
begin
  foreach t in array array['session_people', 'session_reads', 'tags', 'session_tags', 'categories']
  loop
    execute format('alter table %I enable row level security', t);
    execute format(
      'create policy own_account on %I to punctual_tenant
         using (account_id = current_setting(''punctual.account_id'', true)::uuid)', t);
    execute format('grant select on %I to punctual_tenant', t);
  end loop;
end $$;
